/**
 * What happened to each task when, as stretches of time: blocked, queued, running, waiting for another try, and what is
 * expected. Made from the live mesh and its attempts; pure.
 */
import type { AttemptOutcome, LayerName, MeshAttemptsQuery } from '../../generated/dashboard/graphql.js';
import type { MeshState } from '../mesh/mesh-state.js';
import { isFinal, PLACE_OF, RUNNING } from '../parts/statuses.js';

export type Attempts = NonNullable<MeshAttemptsQuery['meshGraph']>['attempts'];

export interface Stretch {
  readonly task: number;
  readonly kind: 'blocked' | 'queued' | 'running' | 'retrying' | 'expected';
  /** Ms since 1970. */
  readonly from: number;
  readonly to: number;
  readonly attempt: number;
  readonly outcome: AttemptOutcome | null;
  readonly layer: LayerName | null;
  readonly node: string;
  /** Of the end of what is expected: first and ninth decile. */
  readonly low: number;
  readonly high: number;
}

const PLAIN = {
  attempt: 0,
  outcome: null,
  layer: null,
  node: '',
  low: Number.NaN,
  high: Number.NaN,
} as const;

/** `ids` are those that the places of the attempts are of; the mesh may have grown since. */
export function stretches(
  state: MeshState,
  ids: readonly string[],
  attempts: Attempts,
  now: number,
): Stretch[] {
  const list: Stretch[] = [];
  const lastEnd = new Map<number, number>();
  const lastNumber = new Map<number, number>();
  const firstQueued = new Map<number, number>();
  for (let index = 0; index < attempts.tasks.length; index++) {
    const task = state.places.get(ids[attempts.tasks[index]!]!);
    if (task === undefined) continue;
    const from = attempts.startedAt[index]!;
    const isOver = attempts.finishedAt[index] !== null || state.status[task] !== RUNNING;
    const end = attempts.finishedAt[index] ?? (isOver ? state.finishedAt[task]! : now);
    const attempt = attempts.numbers[index]!;
    const queued = from - attempts.waitMs[index]!;
    if (!firstQueued.has(task)) firstQueued.set(task, queued);
    const before = lastEnd.get(task);
    if (before !== undefined && queued > before)
      list.push({ ...PLAIN, task, kind: 'retrying', from: before, to: queued, attempt });
    if (attempts.waitMs[index]! > 0)
      list.push({ ...PLAIN, task, kind: 'queued', from: queued, to: from, attempt });
    const at = { layer: attempts.layers[index]!, node: attempts.nodes[index]! };
    const outcome = attempts.outcomes[index] ?? (isFinal(state.status[task]!) ? 'COMPLETED' : null);
    list.push({
      ...PLAIN,
      ...at,
      task,
      kind: 'running',
      from,
      to: Number.isNaN(end) ? now : end,
      attempt,
      outcome,
    });
    lastEnd.set(task, end);
    lastNumber.set(task, attempt);
  }
  for (let task = 0; task < state.size; task++) {
    blocked(state, task, { now, queued: firstQueued.get(task) }, list);
    later(state, task, { now, seen: lastNumber.get(task) ?? 0, end: lastEnd.get(task) }, list);
  }
  return list;
}

/** Shorter than this it only stood in the commit that made it. */
const BLOCKED_MS_MIN = 50;

/** The first 48 bits of a UUID of version 7 (RFC 9562) are the ms since 1970 at which it was made. */
function createdMs(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** From its creation until it is queued for the first time, ends without that, or now: it is not ready. */
function blocked(
  state: MeshState,
  task: number,
  { now, queued }: { readonly now: number; readonly queued: number | undefined },
  list: Stretch[],
): void {
  const status = state.status[task]!;
  const ended = isFinal(status) ? state.finishedAt[task]! : now;
  const last = state.queuedAt[task]!;
  const to = queued ?? (Number.isNaN(last) ? ended : last);
  const from = createdMs(state.ids[task]!);
  if (to - from >= BLOCKED_MS_MIN) list.push({ ...PLAIN, task, kind: 'blocked', from, to });
}

interface Seen {
  readonly now: number;
  /** Number of the last attempt that is in the list already. */
  readonly seen: number;
  readonly end: number | undefined;
}

/** What the live mesh knows beyond the attempts that were read, and what is expected. */
function later(state: MeshState, task: number, { now, seen, end }: Seen, list: Stretch[]): void {
  const status = state.status[task]!;
  const started = state.startedAt[task]!;
  const queued = state.queuedAt[task]!;
  const isNew = state.attempt[task]! > seen && !Number.isNaN(started);
  if (isNew) {
    if (started > queued)
      list.push({ ...PLAIN, task, kind: 'queued', from: queued, to: started, attempt: state.attempt[task]! });
    const to = status === RUNNING ? now : state.finishedAt[task]!;
    const outcome = status === RUNNING ? null : status === PLACE_OF.FAILED ? 'FAILED' : 'COMPLETED';
    list.push({
      ...PLAIN,
      task,
      kind: 'running',
      from: started,
      to: Number.isNaN(to) ? now : to,
      attempt: state.attempt[task]!,
      outcome,
      layer: state.layers[task] ?? null,
    });
  }
  if (status === PLACE_OF.QUEUED) list.push({ ...PLAIN, task, kind: 'queued', from: queued, to: now });
  if (status === PLACE_OF.RETRYING && end !== undefined)
    list.push({ ...PLAIN, task, kind: 'retrying', from: end, to: now });
  if (!isFinal(status)) expect(state, task, now, list);
}

function expect(state: MeshState, task: number, now: number, list: Stretch[]): void {
  const to = state.endP50[task]!;
  if (Number.isNaN(to) || to <= now) return;
  const from = state.status[task] === RUNNING ? now : Math.max(now, to - state.runP50[task]! * 1000);
  if (Number.isNaN(from)) return;
  list.push({
    ...PLAIN,
    task,
    kind: 'expected',
    from,
    to,
    low: state.endP10[task]!,
    high: state.endP90[task]!,
  });
}

export interface Row {
  readonly name: string;
  /** The task, or −1 for a lane. */
  readonly task: number;
  readonly stretches: readonly Stretch[];
}

export function rowsByTask(
  state: MeshState,
  list: readonly Stretch[],
  only: ReadonlySet<number> | undefined,
): Row[] {
  const byTask = new Map<number, Stretch[]>();
  for (const stretch of list) {
    if (only !== undefined && !only.has(stretch.task)) continue;
    const known = byTask.get(stretch.task);
    if (known === undefined) byTask.set(stretch.task, [stretch]);
    else known.push(stretch);
  }
  const begin = (stretches: readonly Stretch[]): number =>
    Math.min(
      ...stretches.map(({ kind, from, to }) =>
        kind === 'blocked' ? to + 1 : kind === 'queued' ? from + 0.5 : from,
      ),
    );
  return [...byTask]
    .map(([task, stretches]) => ({ name: state.names[task]!, task, stretches, begin: begin(stretches) }))
    .sort((a, b) => a.begin - b.begin || a.task - b.task);
}

/** By layer and node: what ran there, packed into as few rows as it needs. */
export function rowsByLane(list: readonly Stretch[], only: ReadonlySet<number> | undefined): Row[] {
  const lanes = new Map<string, Stretch[]>();
  const running = list.filter(
    ({ kind, task }) => kind === 'running' && (only === undefined || only.has(task)),
  );
  for (const stretch of running.sort((a, b) => a.from - b.from)) {
    const lane = `${stretch.layer ?? '?'} ${stretch.node}`.trim();
    const known = lanes.get(lane);
    if (known === undefined) lanes.set(lane, [stretch]);
    else known.push(stretch);
  }
  return [...lanes].sort().flatMap(([lane, stretches]) => packed(lane, stretches));
}

function packed(lane: string, stretches: readonly Stretch[]): Row[] {
  const rows: Stretch[][] = [];
  for (const stretch of stretches) {
    const free = rows.find((row) => row.at(-1)!.to <= stretch.from);
    if (free === undefined) rows.push([stretch]);
    else free.push(stretch);
  }
  return rows.map((row, index) => ({ name: index === 0 ? lane : '', task: -1, stretches: row }));
}

/** How many ran at the same time: times and counts, a step at each change. */
export function concurrency(list: readonly Stretch[]): {
  readonly times: number[];
  readonly counts: number[];
  readonly most: number;
} {
  const turns: (readonly [time: number, by: number])[] = [];
  for (const { kind, from, to } of list) if (kind === 'running' && to > from) turns.push([from, 1], [to, -1]);
  turns.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const [times, counts]: number[][] = [[], []];
  let [running, most] = [0, 0];
  for (const [time, by] of turns) {
    running += by;
    most = Math.max(most, running);
    times!.push(time);
    counts!.push(running);
  }
  return { times: times!, counts: counts!, most };
}
