/**
 * The program of the training thread: trains one model at a time on rows that were handed over, tells how it goes, and looks
 * between steps whether it is to stop. It gives way to the server and to what runs here. Started by `trainer.ts`.
 */
import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { assert } from '../../kit/assert.js';
import { TrainingCancelled } from '../batch.js';
import { batchModels } from './batch-models.js';
import type { FromTrainer, TrainingRequest } from './training-messages.js';

const port = parentPort;
assert(port !== null, 'the training thread is a worker thread');
// Linux lowers the thread that asks, and nothing else; elsewhere it would be the whole server.
if (process.platform === 'linux') {
  const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
  setPriority(0, Math.min(PRIORITY_LOW, getPriority(0) + PRIORITY_BELOW_NORMAL));
}
const models = batchModels();
const tell = (message: FromTrainer): void => port.postMessage(message);

port.on('message', ({ model: name, rows, options, stop }: TrainingRequest) => {
  const flag = new Int32Array(stop);
  try {
    const model = models.find((one) => one.name === name);
    assert(model !== undefined, () => `${name} is a model that is trained`);
    const parameters = model.train(rows, options, {
      progress: (progress) => tell({ kind: 'progress', progress }),
      cancelled: () => Atomics.load(flag, 0) !== 0,
    });
    tell({ kind: 'trained', parameters });
  } catch (error) {
    if (error instanceof TrainingCancelled) tell({ kind: 'cancelled' });
    else tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
});
