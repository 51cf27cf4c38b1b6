/** A Redis or Valkey of the demo's own, on a free port of the loopback and in memory only. */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from '../../src/store/postgres/embedded/free-port.js';

const READY_MS_MAX = 10_000;
const LOOK_MS = 50;

export interface RunningRedis {
  readonly url: string;
  stop(): Promise<void>;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });
}

/** Undefined: there is none on this machine. */
async function launch(program: string, port: number): Promise<RunningRedis | undefined> {
  const argv = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(program, argv, { stdio: 'ignore', detached: true });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve()).once('exit', () => resolve());
  });
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (let waited = 0; waited < READY_MS_MAX && !isOver; waited += LOOK_MS) {
    if (await answers(port)) {
      const stop = async (): Promise<void> => {
        child.kill('SIGTERM');
        await ended;
      };
      return { url: `redis://127.0.0.1:${port}`, stop };
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  child.kill('SIGKILL');
  return undefined;
}

export async function startRedis(): Promise<RunningRedis> {
  const running =
    (await launch('valkey-server', await freePort())) ?? (await launch('redis-server', await freePort()));
  if (running !== undefined) return running;
  throw new Error(
    '--redis needs redis-server or valkey-server on this machine (Debian: apt-get install redis-server)',
  );
}
