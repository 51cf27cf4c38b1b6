/** A layer whose attempts end exactly when a test says so and as it says, told to stop or not. */
import type { Layer } from '../../../src/layers/layer.js';
import type { Outcome } from '../../../src/lifecycle/task.js';
import type { AttemptStart } from '../../../src/work/attempt.js';
import { type Ending, SLOTS } from './model.js';

export interface HeldAttempt {
  readonly start: AttemptStart;
  readonly signal: AbortSignal;
  readonly end: (outcome: Outcome) => void;
}

export class HandLayer implements Layer {
  readonly name = 'LOCAL' as const;
  /** By task id: the core never has two attempts of one task at a layer. */
  readonly held = new Map<string, HeldAttempt>();

  constructor(readonly node: string) {}

  capacity() {
    return { slots: SLOTS, cores: 64, memoryBytes: 2 ** 40 };
  }

  refusal(): undefined {
    return undefined;
  }

  statistics() {
    return { running: this.held.size, started: 0, completed: 0, failed: 0 };
  }

  start(start: AttemptStart, signal: AbortSignal): Promise<Outcome> {
    const { taskId } = start;
    if (this.held.has(taskId)) throw new Error(`two attempts of task ${taskId} at once`);
    return new Promise((resolve) => {
      const end = (outcome: Outcome): void => {
        this.held.delete(taskId);
        resolve(outcome);
      };
      this.held.set(taskId, { start, signal, end });
    });
  }

  /** Whoever was told to stop may still say that it completed: the two cross on their way. */
  end(taskId: string, ending: Ending): void {
    const attempt = this.held.get(taskId);
    if (attempt === undefined) throw new Error(`no attempt of task ${taskId} is at the layer`);
    attempt.end(outcomeOf(attempt.start, ending));
  }
}

function outcomeOf({ taskKey }: AttemptStart, ending: Ending): Outcome {
  const measured = { runMs: 1, cpuMs: null, memoryPeakBytes: null, exitCode: null };
  if (ending === 'completed') return { kind: 'COMPLETED', output: { of: taskKey }, measured };
  const message = `it ${ending}`;
  if (ending === 'failed')
    return { kind: 'FAILED', failure: { kind: 'ERROR', code: 'EXIT_1', message }, measured };
  return { kind: 'CRASHED', failure: { kind: 'CRASHED', code: 'LOST', message }, measured };
}
