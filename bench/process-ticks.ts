/** What processes have used of the processor, from Linux's /proc, in ticks; elsewhere nothing is known. */
import { readdirSync, readFileSync } from 'node:fs';

export const TICK_MS = 10;

export interface ProcessTicks {
  readonly pid: number;
  readonly parent: number;
  /** Its own. */
  readonly ticks: number;
  /** Of those below it that have ended and that it has asked for. */
  readonly buried: number;
}

/** Of one process and all that descend from it; that one is the first. */
export function ticksBelow(root: number): ProcessTicks[] {
  const known = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const processes = known.flatMap((pid) => ticksOf(Number(pid)));
  const found = processes.filter(({ pid }) => pid === root);
  for (let at = 0; at < found.length; at++)
    found.push(...processes.filter(({ parent }) => parent === found[at]?.pid));
  return found;
}

function ticksOf(pid: number): ProcessTicks[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number); // the name before may hold anything
    const [user = 0, system = 0, userBuried = 0, systemBuried = 0] = fields.slice(11, 15);
    return [{ pid, parent: fields[1] ?? 0, ticks: user + system, buried: userBuried + systemBuried }];
  } catch {
    return []; // ended meanwhile
  }
}
