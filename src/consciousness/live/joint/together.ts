/** What the objective over all meshes needs of the outside: what a mesh asks for, and several of them replayed side by side. */
import type { BadWindow, MeshLoad } from '../../policies/joint-objective.js';

/** When a mesh began, ms since the epoch. */
export interface BeganMesh {
  readonly meshId: string;
  readonly atMs: number;
}

export interface Together {
  /** Seconds that each would have taken alone. */
  readonly alone: readonly number[];
  /** Seconds that each takes with those shares, in the order of the meshes; null: it cannot be replayed. */
  run(
    shares: ((mesh: number, open: number, nowMs: number) => number) | null,
  ): Promise<readonly number[] | null>;
}

/** Without the probabilities of failing. Null: it is unknown, or too large. */
export type LoadOf = (meshId: string) => Promise<MeshLoad | null>;

/** The first of `meshes` begins the replay; `windows` are times of the replay. Null: it cannot be replayed. */
export type PlayTogether = (
  meshes: readonly BeganMesh[],
  windows: readonly BadWindow[],
) => Promise<Together | null>;
