/** One run of the command line in this process: a folder of its own, its outputs as text, and no server to be had. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../../src/cli/host.js';
import { runCli } from '../../../src/cli/run-cli.js';

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliSetting {
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A composition root that has nothing to start: what these runs must not need. */
const emptyHost: Host = {
  version: '0.0.0-test',
  start: () => Promise.reject(new Error('there is no server to start here')),
  startNode: () => Promise.reject(new Error('there is no node to start here')),
  migrate: () => Promise.reject(new Error('there is no database here')),
};

export async function runHere(
  argv: readonly string[],
  { files = {}, env = {} }: CliSetting = {},
): Promise<CliRun> {
  const cwd = await mkdtemp(join(tmpdir(), 'taskmesh-cli-'));
  let [stdout, stderr] = ['', ''];
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
    const exitCode = await runCli(
      emptyHost,
      {
        cwd,
        env: { TASKMESH_SERVER__PORT: '9', ...env },
        stdout: { write: (text) => (stdout += text) },
        stderr: { write: (text) => (stderr += text) },
        onInterrupt: () => () => undefined,
      },
      argv,
    );
    return { exitCode, stdout, stderr };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
