/**
 * The environment of a command: allow-listed variables of the server, then the work's own, then ours, which nothing
 * overrides. Called once per attempt; never reads the environment of this process.
 */
import type { CommandWork } from '../../lifecycle/work.js';
import type { AttemptStart } from '../attempt.js';
import { idempotencyKey } from '../attempt-identity.js';
import { ATTEMPT_MARK_VARIABLE, SERVER_MARK_VARIABLE } from '../processes/server-mark.js';
import type { AttemptFiles } from './attempt-files.js';

/** What execvp(3) would use; without PATH hardly a script works. */
const PATH_DEFAULT = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function commandEnvironment(
  allowed: Readonly<Record<string, string>>,
  work: CommandWork,
  attempt: AttemptStart,
  files: AttemptFiles,
  mark: string,
): Record<string, string> {
  return {
    PATH: PATH_DEFAULT,
    ...allowed,
    ...work.env,
    ...(attempt.traceparent !== undefined && { TRACEPARENT: attempt.traceparent }),
    TASKMESH_TASK_ID: attempt.taskId,
    TASKMESH_MESH_ID: attempt.meshId,
    TASKMESH_TASK_KEY: attempt.taskKey,
    TASKMESH_ATTEMPT: String(attempt.attempt),
    TASKMESH_INPUTS: files.inputsPath,
    TASKMESH_OUTPUT: files.outputPath,
    [ATTEMPT_MARK_VARIABLE]: idempotencyKey(attempt),
    [SERVER_MARK_VARIABLE]: mark,
  };
}
