/** Measures BullMQ by itself, in processes of its own, on the backend that the product is measured on. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ClusterPlan, Measured } from './plan.js';

const PROGRAM = fileURLToPath(new URL('plain.mjs', import.meta.url));
const MS_MAX = 300_000;

export function measurePlain(url: string, { count, warmUp, idle, slots }: ClusterPlan): Promise<Measured> {
  const env = { ...process.env, PLAIN_URL: url, PLAIN_CONCURRENCY: String(slots) };
  const child = fork(PROGRAM, {
    env,
    stdio: ['ignore', 2, 2, 'ipc'],
    timeout: MS_MAX,
    killSignal: 'SIGKILL',
  });
  const trips = idle.warmUp + idle.count;
  const pauses = Array.from({ length: trips }, (_, at) => idle.pauseMs[at % idle.pauseMs.length]);
  return new Promise((resolve, reject) => {
    child.once(
      'message',
      ({ value, error }: { value?: { tookMs: number; trips: number[] }; error?: string }) => {
        if (value === undefined) reject(new Error(error));
        else resolve({ perSecond: (count / value.tookMs) * 1000, tripsMs: value.trips.slice(idle.warmUp) });
      },
    );
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`plain BullMQ ended with ${signal ?? code}`)));
    child.send({ count, warmUp, pauses });
  });
}
