/** Waiting for something that is asked for again and again; for tests that drive other processes. */
export async function until(
  what: string,
  check: () => Promise<boolean> | boolean,
  ms = 60_000,
): Promise<void> {
  const began = performance.now();
  while (!(await check())) {
    const waitedMs = performance.now() - began;
    if (waitedMs > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs(waitedMs)));
  }
}

/** Asking costs both sides more than waiting does: a tenth of the wait so far, so that nothing is seen much later. */
function pauseMs(waitedMs: number): number {
  return Math.min(200, Math.max(20, waitedMs / 10));
}
