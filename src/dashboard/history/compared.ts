/** Two runs of a mesh, task by task: pure. Tasks are the same where their keys are. */
import type { ComparedRunQuery, TaskStatus } from '../../generated/dashboard/graphql.js';

type Graph = NonNullable<ComparedRunQuery['meshGraph']>;

export interface Side {
  readonly id: string;
  readonly status: TaskStatus;
  /** Of its last attempt; null: it did not run, or has not ended. */
  readonly seconds: number | null;
  readonly attempts: number;
  readonly layer: string | null;
}

export interface ComparedTask {
  readonly key: string;
  readonly name: string;
  readonly before: Side | undefined;
  readonly after: Side | undefined;
  /** Seconds more in the second run; null where one of them has none. */
  readonly more: number | null;
}

function sidesOf(graph: Graph): Map<string, Side & { readonly name: string }> {
  return new Map(
    graph.keys.map((key, index) => {
      const started = graph.startedAt[index] ?? null;
      const finished = graph.finishedAt[index] ?? null;
      const side = {
        id: graph.ids[index] as string,
        name: graph.names[index] as string,
        status: graph.statuses[index] as TaskStatus,
        seconds: started === null || finished === null ? null : Math.max(0, finished - started) / 1000,
        attempts: graph.attemptNumbers[index] as number,
        layer: graph.layers[index] ?? null,
      };
      return [key, side];
    }),
  );
}

/** What differs most first. */
export function comparedTasks(first: Graph, second: Graph): ComparedTask[] {
  const [before, after] = [sidesOf(first), sidesOf(second)];
  const keys = new Set([...before.keys(), ...after.keys()]);
  const tasks = [...keys].map((key): ComparedTask => {
    const [one, other] = [before.get(key), after.get(key)];
    const more = one?.seconds == null || other?.seconds == null ? null : other.seconds - one.seconds;
    return { key, name: (other ?? one)?.name ?? key, before: one, after: other, more };
  });
  const weight = ({ before: one, after: other, more }: ComparedTask): number =>
    one?.status !== other?.status ? Number.POSITIVE_INFINITY : Math.abs(more ?? 0);
  const heavierFirst = (a: ComparedTask, b: ComparedTask): number =>
    weight(a) === weight(b) ? 0 : weight(b) - weight(a);
  return tasks.sort(heavierFirst);
}

export function workSeconds(graph: Graph): number {
  return [...sidesOf(graph).values()].reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
}
