/** A real `taskmesh node` in a process of its own, from the built program: to be killed, paused and drained. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

export interface NodeProcess {
  readonly name: string;
  readonly pid: number;
  readonly gone: Promise<number | null>;
  /** Every incarnation that took work so far. */
  readonly incarnations: readonly number[];
  readonly stderr: () => string;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM. Resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface NodeWish {
  readonly stateDir: string;
  /** Undefined: as configured, or as the host. */
  readonly name?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Resolves when it takes work; rejects when it ends before. */
export function spawnNode({ stateDir, name, args, env = {} }: NodeWish): Promise<NodeProcess> {
  const named = name === undefined ? [] : ['--name', name];
  const argv = [MAIN, 'node', '--json', '--state-dir', stateDir, ...named, ...args];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const incarnations: number[] = [];
  let [out, err] = ['', ''];
  let itsName = name ?? 'without a name';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const node: NodeProcess = {
    get name() {
      return itsName;
    },
    pid: child.pid as number,
    gone,
    incarnations,
    stderr: () => err,
    signal: (signal) => void child.kill(signal),
    stop: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
  return new Promise((resolve, reject) => {
    let refusal = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const lines = out.split('\n');
      out = lines.pop() ?? '';
      for (const line of lines) {
        const told = JSON.parse(line) as { name?: string; incarnation?: number };
        if (told.incarnation === undefined) refusal = line;
        else incarnations.push(told.incarnation);
        itsName = told.name ?? itsName;
      }
      if (incarnations.length > 0) resolve(node);
    });
    void gone.then((code) => reject(new Error(`node ${itsName} ended with ${code}: ${refusal}${out}${err}`)));
  });
}
