/** What learning reads of an attempt, as a value: one of half a second on the local layer, unless it is said otherwise. */
import type { AttemptFacts } from '../../../src/store/learning.js';
import { COMMAND, specOf } from '../core-harness.js';
import { uuid } from '../store/batches.js';

export const FACTS_AT = 1_760_000_000_000;

export function attemptFacts(change: Partial<AttemptFacts>): AttemptFacts {
  const { typeKey = 'command:align' } = change;
  return {
    seq: 1,
    at: FACTS_AT,
    taskId: uuid(1),
    attempt: 1,
    typeKey,
    layer: 'LOCAL',
    node: 'host:1:1',
    outcome: 'COMPLETED',
    runMs: 500,
    meshId: uuid(1),
    meshName: 'nightly',
    spec: specOf('align', { work: COMMAND, typeKey }),
    parents: 0,
    children: 0,
    depth: 0,
    followingSeconds: null,
    inputCount: 0,
    inputBytes: 0,
    lastError: null,
    endedBefore: null,
    startedAt: FACTS_AT,
    waitMs: 0,
    errorCode: null,
    cpuMs: null,
    memoryPeakBytes: null,
    outputBytes: null,
    ...change,
  };
}
