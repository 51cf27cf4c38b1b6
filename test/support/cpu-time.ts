/** What something costs, where a bound guards against a hang: what other programs of the machine do in the meantime does not count. */

/** Milliseconds of this process's own time, the least of some rounds. */
export function cpuMsOf(run: () => void, rounds = 3): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
