/**
 * Columns of the moment and of what went wrong before: how long the task has waited, which layer, what class of failure the
 * attempt before met. Codes of failures are many; what they say about the next attempt is one of a few things.
 */
import type { Json } from '../../kit/json.js';
import type { PlaceView, TaskView } from '../view.js';
import { ERROR_CLASSES, errorClassOf } from '../error-class.js';
import type { FeatureSource } from './feature-source.js';

const LAYERS = ['LOCAL', 'CLUSTER', 'QUANTUM_SIM'] as const;
export class Circumstances implements FeatureSource {
  readonly name = 'circumstances';
  readonly columns = [
    'queuedSecondsLog',
    'queuedSecondsKnown',
    ...LAYERS.map((layer) => `on${layer}`),
    ...ERROR_CLASSES.map((one) => `after${one}`),
  ];

  write(task: TaskView, place: PlaceView, into: Float64Array, at: number): void {
    const { queuedSeconds, lastError } = task;
    into[at] = queuedSeconds === null ? 0 : Math.log1p(Math.max(0, queuedSeconds));
    into[at + 1] = queuedSeconds === null ? 0 : 1;
    for (let i = 0; i < LAYERS.length; i++) into[at + 2 + i] = place.layer === LAYERS[i] ? 1 : 0;
    const failed = lastError === null ? null : errorClassOf(lastError);
    for (let i = 0; i < ERROR_CLASSES.length; i++)
      into[at + 2 + LAYERS.length + i] = failed === ERROR_CLASSES[i] ? 1 : 0;
  }

  learn(): void {
    // Nothing is remembered.
  }

  snapshot(): Json {
    return null;
  }

  restore(): void {
    // Nothing to restore.
  }
}
