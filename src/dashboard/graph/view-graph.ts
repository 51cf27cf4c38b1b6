/**
 * What of a mesh is drawn: every task a node, or siblings and tags folded into one with a count, without what is over
 * where that is hidden. Made anew when the shape or the wish changes; statuses of folded nodes are read off each frame.
 */
import { COMPLETED, FAILED, isFinal, PLACE_OF, RUNNING } from '../parts/statuses.js';
import type { MeshState } from '../mesh/mesh-state.js';
import { layersOf, neighbours } from './layout.js';

export type Fold = '' | 'siblings' | 'tags';

export interface Wish {
  readonly fold: Fold;
  /** Names of folded nodes that are open nevertheless. */
  readonly opened: ReadonlySet<string>;
  readonly hidesCompleted: boolean;
}

export interface ViewGraph {
  readonly size: number;
  /** The first task of each node. */
  readonly task: Int32Array;
  /** All tasks of a folded node; undefined for one task. */
  readonly members: readonly (Int32Array | undefined)[];
  /** Of folded nodes: what `opened` names. */
  readonly names: readonly (string | undefined)[];
  readonly nodeOfTask: Int32Array;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly edgeTypes: Uint8Array;
}

const FOLDED_MIN = 4;

/** `fetch page 7/12` → `fetch page`: what siblings have in common. */
export function stemOf(name: string): string {
  return name.replace(/[\s._:#/([-]*\d+[)\]]?(?:[\s._:#/-]+\d+)*[)\]]?$/, '') || name;
}

/** By layer as well, so that what is folded together never waits for itself. */
function foldNames(state: MeshState, fold: Fold): (string | undefined)[] {
  if (fold === '') return [];
  const after = neighbours(state.size, state.sources, state.targets);
  const layer = layersOf(state, after);
  const sizes = new Map<string, number>();
  const names = state.names.map((name, place) => {
    const word = fold === 'siblings' ? stemOf(name) : state.tags[place]?.[0];
    const full = word === undefined ? undefined : `${word}@${layer[place]}`;
    if (full !== undefined) sizes.set(full, (sizes.get(full) ?? 0) + 1);
    return full;
  });
  return names.map((name) =>
    name !== undefined && (sizes.get(name) as number) >= FOLDED_MIN ? name : undefined,
  );
}

export function viewGraph(state: MeshState, { fold, opened, hidesCompleted }: Wish): ViewGraph {
  const folds = foldNames(state, fold);
  const nodeOfTask = new Int32Array(state.size).fill(-1);
  const byName = new Map<string, number>();
  const tasks: number[] = [];
  const groups: number[][] = [];
  const names: (string | undefined)[] = [];
  for (let place = 0; place < state.size; place++) {
    if (hidesCompleted && state.status[place] === COMPLETED) continue;
    const name = folds[place] !== undefined && opened.has(folds[place] as string) ? undefined : folds[place];
    const known = name === undefined ? undefined : byName.get(name);
    const node = known ?? tasks.length;
    if (known === undefined) {
      tasks.push(place);
      groups.push([place]);
      names.push(name);
      if (name !== undefined) byName.set(name, node);
    } else (groups[node] as number[]).push(place);
    nodeOfTask[place] = node;
  }
  const members = groups.map((group, node) =>
    names[node] === undefined ? undefined : Int32Array.from(group),
  );
  return {
    size: tasks.length,
    task: Int32Array.from(tasks),
    members,
    names,
    nodeOfTask,
    ...edgesOf(state, nodeOfTask),
  };
}

function edgesOf(
  state: MeshState,
  nodeOfTask: Int32Array,
): Pick<ViewGraph, 'sources' | 'targets' | 'edgeTypes'> {
  const [sources, targets, types]: number[][] = [[], [], []];
  const seen = new Set<number>();
  for (let edge = 0; edge < state.sources.length; edge++) {
    const source = nodeOfTask[state.sources[edge]!]!;
    const target = nodeOfTask[state.targets[edge]!]!;
    if (source < 0 || target < 0 || source === target) continue;
    const pair = source * state.size + target;
    if (seen.has(pair)) continue;
    seen.add(pair);
    sources!.push(source);
    targets!.push(target);
    types!.push(state.edgeTypes[edge]!);
  }
  return {
    sources: Int32Array.from(sources!),
    targets: Int32Array.from(targets!),
    edgeTypes: Uint8Array.from(types!),
  };
}

/** What people want to know first of many: failed, then running, then what waits, then done. */
const RANK = [5, 3, 4, 1, 2, 9, 0, 7, 8, 6];

export function statusOfNode(graph: ViewGraph, state: MeshState, node: number): number {
  const members = graph.members[node];
  if (members === undefined) return state.status[graph.task[node]!]!;
  let found = COMPLETED;
  for (const place of members) {
    const status = state.status[place]!;
    if (RANK[status]! < RANK[found]!) found = status;
  }
  return found;
}

export interface Tally {
  readonly size: number;
  readonly ended: number;
  readonly running: number;
  readonly failed: number;
}

export function tallyOf(members: Int32Array, state: MeshState): Tally {
  let [ended, running, failed] = [0, 0, 0];
  for (const place of members) {
    const status = state.status[place]!;
    if (isFinal(status)) ended++;
    if (status === RUNNING) running++;
    if (status === FAILED || status === PLACE_OF.UPSTREAM_FAILED) failed++;
  }
  return { size: members.length, ended, running, failed };
}
