/** What the server and its training thread tell each other. */
import type { Json } from '../../kit/json.js';
import type { TrainingOptions, TrainingProgress, TrainingRows } from '../batch.js';

export interface TrainingRequest {
  readonly model: string;
  readonly rows: TrainingRows;
  readonly options: TrainingOptions;
  /** Int32 in shared memory; not 0: stop. */
  readonly stop: SharedArrayBuffer;
}

export type FromTrainer =
  | { readonly kind: 'progress'; readonly progress: TrainingProgress }
  | { readonly kind: 'trained'; readonly parameters: Json }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: string };
