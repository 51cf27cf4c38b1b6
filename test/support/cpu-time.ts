/** What something costs, where a bound guards against a hang: what other programs of the machine do in the meantime does not count. */

/** Milliseconds of this process's own time, the least of three. */
export function cpuMsOf(run: () => void): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
