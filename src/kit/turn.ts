/**
 * Lets everything else that is due happen before going on: sockets are read, timers run. Called between the stages of a
 * large piece of work, so that a submission of 10,000 tasks does not silence the rest of the process.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
