/** `performance.now` counts by the same clock from the start of the process, and takes a tenth of the time of a BigInt. */
const START = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** A clock that all processes of the machine share: milliseconds of the monotonic clock, with fraction. */
export function now(): number {
  return START + performance.now();
}
