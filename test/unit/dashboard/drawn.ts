/** A mesh as the page knows it, from words: `a -> b, c -> d`. Times and statuses are those of a mesh that has not begun. */
import { MeshState } from '../../../src/dashboard/mesh/mesh-state.js';

export const BEGIN = Date.parse('2030-01-31T08:00:00.000Z');

export function drawn(words: string, idOf = (name: string): string => name): MeshState {
  const layers = words.split('->').map((part) => part.split(',').map((name) => name.trim()));
  const names = layers.flat();
  const edges = layers
    .slice(1)
    .flatMap((targets, before) =>
      (layers[before] as string[]).flatMap((source) =>
        targets.map((target) => [names.indexOf(source), names.indexOf(target)] as const),
      ),
    );
  const column = <T>(value: T): T[] => names.map(() => value);
  return new MeshState({
    ...{ meshId: 'mesh', seq: 1, at: new Date(BEGIN).toISOString(), status: 'RUNNING', total: names.length },
    ...{
      ids: names.map(idOf),
      keys: names,
      names,
      kinds: column(null),
      priorities: column('NORMAL' as const),
      tags: column([]),
    },
    ...{ statuses: column('PENDING' as const), attemptNumbers: column(0), layers: column(null) },
    ...{ queuedAt: column(null), startedAt: column(null), finishedAt: column(null) },
    edgeSources: edges.map(([source]) => source),
    edgeTargets: edges.map(([, target]) => target),
    edgeTypes: edges.map(() => 'HARD' as const),
  });
}
