/** Bucket bounds of the histograms, in seconds or rows. Chosen once, because changing them breaks every stored series. */

/** Waiting and running of tasks: a millisecond to a day. */
export const TASK_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400,
  86_400,
] as const;

/** Requests, commits and deliveries: half a millisecond to ten seconds. */
export const LATENCY_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** Rows in one commit. */
export const BATCH_ROWS = [
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 100_000,
] as const;
