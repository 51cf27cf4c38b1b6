/** A wait that ends: for what depends on another process, which may have died without a word. Called wherever something is closed. */
import type { Clock, Timer } from './clock.js';

/** True when it ended in time. What comes of it later, a fault too, is nobody's any more. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: Timer | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = clock.setTimer(ms, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer?.cancel();
  }
}
