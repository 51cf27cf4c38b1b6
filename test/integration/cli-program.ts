/** The built command line as a process: its outputs, its exit code, and a database of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDatabase } from '../support/postgres.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/main.js');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout matches. */
  shows(pattern: RegExp): Promise<RegExpMatchArray>;
}

export interface Place {
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  start(...argv: string[]): Started;
  run(...argv: string[]): Promise<Ended>;
  close(): Promise<void>;
}

function started(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Started {
  const child = spawn(process.execPath, command, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr })),
  );
  const shows = (pattern: RegExp): Promise<RegExpMatchArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(stdout);
        if (found !== null) resolve(found);
      };
      child.stdout.on('data', look);
      look();
      void ended.then(() => reject(new Error(`it ended without ${pattern}:\n${stdout}\n${stderr}`)));
    });
  return { child, ended, shows };
}

/** A state directory and a database; all that is started here finds the same server. */
export async function openPlace(): Promise<Place> {
  const stateDir = await mkdtemp(join(tmpdir(), 'taskmesh-cli-'));
  const database = await freshDatabase();
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    TASKMESH_STATE_DIR: stateDir,
    TASKMESH_SERVER__PORT: '0',
    TASKMESH_OBSERVABILITY__METRICS__ENABLED: 'false',
    NO_COLOR: '1',
    LANG: 'C.UTF-8',
  };
  const start = (...argv: string[]): Started => started([main, ...argv], root, env);
  return {
    stateDir,
    env,
    start,
    run: (...argv) => start(...argv).ended,
    close: async () => {
      await database.drop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** Any other program of Node in the same place. */
export function startScript(place: Place, script: string, ...argv: string[]): Started {
  return started([script, ...argv], root, place.env);
}
