/** Measures BullMQ by itself, in processes of its own, on the backend that the product is measured on. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ClusterPlan, Measured } from './plan.js';

const PROGRAM = fileURLToPath(new URL('plain.mjs', import.meta.url));
const MS_MAX = 300_000;

interface Told {
  readonly tookMs: number;
  readonly trips: readonly number[];
}

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
  const measuredOf = ({ tookMs, trips: taken }: Told): Measured => {
    const perSecond = (count / tookMs) * 1000;
    return { perSecond, submittedPerSecond: perSecond, tripsMs: taken.slice(idle.warmUp) };
  };
  return new Promise((resolve, reject) => {
    child.once('message', ({ value, error }: { value?: Told; error?: string }) => {
      if (value === undefined) reject(new Error(error));
      else resolve(measuredOf(value));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`plain BullMQ ended with ${signal ?? code}`)));
    child.send({ count, warmUp, pauses });
  });
}
