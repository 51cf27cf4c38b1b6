/**
 * The world around a command: its outputs, its environment, its signals. Built once by `main.ts` from the process;
 * everything else of the command line reads the process only through it.
 */

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export type InterruptSignal = 'SIGINT' | 'SIGTERM';

export interface Shell {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Calls back on Ctrl-C and on being asked to end, until the answer is called; without a listener the signal ends the process. */
  onInterrupt(listener: (signal: InterruptSignal) => void): () => void;
}

/** A reader that went away (`| head`) ends the command as a signal would: gracefully where it listens, and once. */
function endWithReader(output: NodeJS.WriteStream): void {
  let ended = false;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!ended) process.kill(process.pid, 'SIGTERM');
    ended = true;
  });
}

export function processShell(): Shell {
  endWithReader(process.stdout);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => void process.off('SIGINT', listener).off('SIGTERM', listener);
    },
  };
}
