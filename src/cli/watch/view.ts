/**
 * What somebody sees of a mesh while it runs: the contract of the three ways of showing it. Driven by
 * `follow-mesh.ts`, chosen by `view-for.ts`.
 */
import type { MeshState, TaskChange, TaskWord } from './mesh-state.js';

export interface View {
  started(state: MeshState): void;
  changed(change: TaskChange): void;
  /** A task says how far it is. */
  said(word: TaskWord): void;
  /** The connection was lost, or found again. */
  connection(lost: boolean): void;
  /** Nothing is shown any more afterwards. Harmless when called twice. */
  finished(): void;
}
