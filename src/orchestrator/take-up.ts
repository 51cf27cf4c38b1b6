/**
 * What a new leader makes of an attempt that the history has as running: it goes on in this process, on its node or on another
 * server, or is lost. Called by the orchestrator for each of them while it takes over.
 */
import type { OpenAttempt } from '../store/store.js';
import { lives } from './cluster/remote-layers.js';
import { attemptSettled } from './core/attempts.js';
import type { CoreState } from './core/core-state.js';
import { crashed } from './dispatcher.js';
import type { OrchestratorOptions } from './orchestrator-options.js';
import type { ForeignAttempts } from './servers/peers.js';

export const LOST = crashed('LOST', 'the process that ran it ended before it could report');

/**
 * The dispatcher forgets nothing before its outcome is committed, so what it lacks of this process was never released. What
 * another server runs may well go on there; what a node runs is found there, or lost with it.
 */
export function takeUp(
  { core, foreign }: { core: CoreState; foreign: ForeignAttempts },
  { taskId, attempt, token, layer, node }: OpenAttempt,
  { dispatcher, layers, peers }: Pick<OrchestratorOptions, 'dispatcher' | 'layers' | 'peers'>,
): void {
  const task = core.tasks.get(taskId);
  if (task === undefined || task.live === null || dispatcher.adopt(token, task.live)) return;
  const its = layers.get(layer);
  if (dispatcher.hasDisowned(token)) attemptSettled(core, { taskId, attempt, token }, LOST);
  else if (lives(its, node)) dispatcher.start(task, task.live);
  else if (peers !== undefined && its?.remote === undefined) foreign.add({ taskId, attempt, token }, node);
  else attemptSettled(core, { taskId, attempt, token }, LOST);
}
