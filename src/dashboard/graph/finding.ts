/** Which tasks of a mesh are sought: by a part of key or name, and by status. Undefined: nothing is sought. */
import { STATUSES } from '../parts/statuses.js';
import type { MeshState } from '../mesh/mesh-state.js';

export function found(state: MeshState, words: string, statuses: string): number[] | undefined {
  if (words === '' && statuses === '') return undefined;
  const wanted = new Set(statuses.split('~').filter(Boolean));
  const part = words.toLowerCase();
  const places: number[] = [];
  for (let place = 0; place < state.size; place++) {
    if (wanted.size > 0 && !wanted.has(STATUSES[state.status[place]!]!)) continue;
    if (
      part !== '' &&
      !state.names[place]!.toLowerCase().includes(part) &&
      !state.keys[place]!.toLowerCase().includes(part)
    )
      continue;
    places.push(place);
  }
  return places;
}
