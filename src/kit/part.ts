/**
 * The contract of everything that lives long (store, layers, bus, server), and the order in which such parts start and stop.
 * Called by the composition root and by parts that are made of parts; never retries and never decides which parts exist.
 */

export interface Part {
  /** Resolves when the part is ready to serve. A part whose start rejects has released what it had acquired. */
  start(): Promise<void>;
  /** Resolves when nothing of the part is left running. Harmless when called twice. */
  stop(): Promise<void>;
}

async function stopInReverse(parts: readonly Part[]): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const part of parts.toReversed()) {
    try {
      await part.stop();
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}

/**
 * Starts in the given order, bottom first. When one fails, those already started are stopped in reverse and its error is thrown;
 * an `AggregateError` with the start error first, when stopping failed as well.
 */
export async function startAll(parts: readonly Part[]): Promise<void> {
  const started: Part[] = [];
  for (const part of parts) {
    try {
      await part.start();
    } catch (error) {
      const stopErrors = await stopInReverse(started);
      if (stopErrors.length === 0) throw error;
      throw new AggregateError(
        [error, ...stopErrors],
        'a part failed to start, and others then failed to stop',
      );
    }
    started.push(part);
  }
}

/** Stops all in reverse of the given order, whatever single parts do; throws one `AggregateError` of what failed, at the end. */
export async function stopAll(parts: readonly Part[]): Promise<void> {
  const errors = await stopInReverse(parts);
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} of ${parts.length} parts failed to stop`);
}
