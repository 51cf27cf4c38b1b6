/** A clock that all processes of the machine share: milliseconds of the monotonic clock, with fraction. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
