/**
 * Batches for those who ask for fewer, larger payloads: what comes within a window after the first item is one batch.
 * A full batch leaves at once, so that replaying a long history is not slowed down by windows.
 */
import type { Clock } from '../../../kit/clock.js';

export interface Window {
  readonly ms: number;
  readonly itemsMax: number;
}

const DUE = Symbol('due');

export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(ms, done);
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    }
    if (signal?.aborted) done();
  });
}

export async function* gathered<T>(
  source: AsyncIterable<readonly T[]>,
  clock: Clock,
  { ms, itemsMax }: Window,
): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]();
  let pending = iterator.next();
  for (let first = await pending; !first.done; first = await pending) {
    const batch = [...first.value];
    const due = pause(clock, ms).then(() => DUE);
    pending = iterator.next();
    while (batch.length < itemsMax) {
      const next = await Promise.race([pending, due]);
      if (typeof next === 'symbol' || next.done) break;
      batch.push(...next.value);
      pending = iterator.next();
    }
    yield batch;
  }
}

/** One payload per item. */
export async function* oneByOne<T, Payload>(
  source: AsyncIterable<readonly T[]>,
  shape: (item: T) => Payload,
): AsyncGenerator<Payload> {
  for await (const items of source) for (const item of items) yield shape(item);
}

export async function* shaped<T, Payload>(
  source: AsyncIterable<T>,
  shape: (item: T) => Payload,
): AsyncGenerator<Payload> {
  for await (const item of source) yield shape(item);
}
