/**
 * Lets everything else that is due happen before going on: sockets are read, timers run. A large piece of work is
 * written as stages, so that a submission of 10,000 tasks does not silence the rest of the process. Where stages end is
 * decided by the work and not by a clock: the same input takes the same turns on every machine.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Work that stops wherever it yields. A stage should take a few milliseconds: some 500 tasks, 2,000 edges or values. */
export type Stages<T> = Generator<void, T, void>;

/** All stages in one piece, for callers who wait for the result anyway. */
export function atOnce<T>(work: Stages<T>): T {
  for (;;) {
    const stage = work.next();
    if (stage.done === true) return stage.value;
  }
}

/** A turn for others between the stages; without a pause where there is only one. */
export async function inTurns<T>(work: Stages<T>): Promise<T> {
  for (;;) {
    const stage = work.next();
    if (stage.done === true) return stage.value;
    await nextTurn();
  }
}
