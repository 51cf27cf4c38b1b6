/**
 * What somebody sees of a mesh while it runs: a contract with three ways of showing it, and the choice between them.
 * Made by the verbs that watch, driven by `follow-mesh.ts`.
 */
import { styleFor } from '../output/style.js';
import type { Verb } from '../verb.js';
import { JsonView } from './json-view.js';
import { LineView } from './line-view.js';
import { LiveView } from './live-view.js';
import type { MeshState, TaskChange } from './mesh-state.js';

export interface View {
  started(state: MeshState): void;
  changed(change: TaskChange): void;
  /** The connection was lost, or found again. */
  connection(lost: boolean): void;
  /** Nothing is shown any more afterwards. Harmless when called twice. */
  finished(): void;
}

export function viewFor(verb: Verb): View {
  const { stdout } = verb.shell;
  if (verb.json) return new JsonView((value) => verb.line(value));
  const style = styleFor(verb.shell);
  const redraws = stdout.isTTY === true && verb.shell.env.TERM !== 'dumb';
  return redraws ? new LiveView(stdout, style) : new LineView(stdout, style);
}
