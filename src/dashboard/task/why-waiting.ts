/** Why a task does not run yet, in plain words, from what is known of it. Pure. */
import type { TaskDetailQuery } from '../../generated/dashboard/graphql.js';
import { isFinal, PLACE_OF } from '../parts/statuses.js';
import { clock, duration, plural } from '../parts/words.js';

export type Task = NonNullable<TaskDetailQuery['task']>;

const NAMED_MAX = 3;

function named(tasks: readonly { readonly name: string }[]): string {
  const names = tasks.slice(0, NAMED_MAX).map(({ name }) => name);
  const more = tasks.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(' and ');
}

function forSources(task: Task): string[] {
  const words: string[] = [];
  const open = task.edgesIn.filter(
    ({ source, type }) => type !== 'RESOURCE' && source !== null && !isFinal(PLACE_OF[source.status]),
  );
  const running = open.flatMap(({ source }) => (source?.status === 'RUNNING' ? [source] : []));
  const waiting = open.flatMap(({ source }) =>
    source !== null && source.status !== 'RUNNING' ? [source] : [],
  );
  if (running.length > 0)
    words.push(`It waits for ${named(running)}, which ${running.length === 1 ? 'runs' : 'run'} now.`);
  if (waiting.length > 0)
    words.push(
      `It waits for ${named(waiting)}, which ${waiting.length === 1 ? 'has' : 'have'} not started yet.`,
    );
  return words;
}

function forRivals(task: Task): string[] {
  const rivals = [
    ...task.edgesIn.filter(({ type }) => type === 'RESOURCE').map(({ source }) => source),
    ...task.edgesOut.filter(({ type }) => type === 'RESOURCE').map(({ target }) => target),
  ].filter((rival) => rival?.status === 'RUNNING');
  if (rivals.length === 0) return [];
  return [`It shares a resource with ${named(rivals as { name: string }[])}, which runs now.`];
}

function forTime({ availableAt }: Task, now: number): string[] {
  if (availableAt === null || Date.parse(availableAt) <= now) return [];
  return [
    `It does not start before ${clock(availableAt)}, in ${duration((Date.parse(availableAt) - now) / 1000)}.`,
  ];
}

/** Empty where it waits for nothing. */
export function whyWaiting(task: Task, now: number): string[] {
  const said = task.reason === null ? [] : [task.reason];
  if (task.status === 'HELD') return ['Somebody holds it; release it to let it go.', ...said];
  if (task.status === 'RETRYING')
    return [
      `Attempt ${task.attempt} failed; it is tried again${task.availableAt === null ? '' : ` at ${clock(task.availableAt)}`}.`,
      ...said,
    ];
  if (task.status === 'PENDING') return [...forSources(task), ...forTime(task, now), ...said];
  if (task.status !== 'QUEUED') return [];
  const where = task.layerPreference === null ? 'a free place' : `a free place on ${task.layerPreference}`;
  const limits =
    task.concurrency === null
      ? []
      : [
          `At most ${plural(task.concurrency.limit, 'task')} with the key ${task.concurrency.key} may run at once.`,
        ];
  const labels =
    task.nodeSelector.length === 0 ? [] : [`It needs a node with ${task.nodeSelector.join(', ')}.`];
  return [
    `It is ready, and waits for ${where}: more urgent work comes first.`,
    ...forRivals(task),
    ...limits,
    ...labels,
    ...said,
  ];
}
