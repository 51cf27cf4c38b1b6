/** What mandates are asked for with, in plain words. Pure; called when one is asked for. */
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import type { TunedRetry } from '../../../learning/tuning/tuning.js';
import type { TuningWish } from '../../../learning/tuning/throughput/throughput-tuning.js';
import type { DriftWish } from '../../../learning/drift/drift-use.js';
import { percent, span } from '../fold/span.js';
import type { Draft } from './mandates.js';

export function orderDraft(meshName: string): Draft {
  return {
    chosen: 'by predictions',
    staticChoice: 'by medians of each kind',
    reason: `tasks of ${meshName} are put in order by what is predicted of each, instead of the median of its kind`,
    parameters: {},
  };
}

export function layerDraft(meshName: string, first: LayerName): Draft {
  return {
    chosen: 'where it is predicted to be done first',
    staticChoice: 'the first with room',
    reason: `tasks of ${meshName} that could run in several places start where they are predicted to be done first, or wait for that, instead of in the first with room (${first})`,
    parameters: {},
  };
}

export function driftDraft(machine: string, { offset, doubt }: DriftWish): Draft {
  const factor = Number(Math.exp(offset).toPrecision(2));
  const wait = `in places on ${machine} tasks are expected to take ${factor} times as long as before it was found to have changed`;
  const look = `another machine has changed, so ${machine} may have as well: some starts are tried there in hope of that, as far as the budget for looks goes`;
  return {
    chosen: offset === 0 ? 'look whether it has changed' : `count ${factor} times as long`,
    staticChoice: 'as if nothing had changed',
    reason: [...(offset === 0 ? [] : [wait]), ...(doubt > 0 ? [look] : [])].join('; '),
    parameters: { offset, doubt },
  };
}

export function timeoutDraft(typeKey: string, limitMs: number, staticMs: number | null): Draft {
  const otherwise = staticMs === null ? 'never' : `after ${span(staticMs)}`;
  return {
    chosen: `stop after ${span(limitMs)}`,
    staticChoice: staticMs === null ? 'never stop' : `stop after ${span(staticMs)}`,
    reason: `${typeKey} is stopped after about ${span(limitMs)}, five times what one of its runs in 200 takes, instead of ${otherwise}`,
    parameters: { limitMs, ...(staticMs !== null && { staticMs }) },
  };
}

const MIB = 2 ** 20;

export function memoryDraft(typeKey: string, bytes: number, classBytes: number): Draft {
  const size = (of: number): string => `${Math.round(of / MIB)} MiB`;
  return {
    chosen: `count ${size(bytes)}`,
    staticChoice: `count ${size(classBytes)}`,
    reason: `${typeKey} is counted with about ${size(bytes)}, by what its attempts needed, instead of the ${size(classBytes)} of its task type`,
    promised: classBytes === 0 ? 1 : bytes / classBytes,
    parameters: { bytes, classBytes },
  };
}

export function retryDraft({ errorClass, ms, change }: TunedRetry): Draft {
  const gain = change.predictedGain;
  return {
    chosen: `first retry after ${span(ms)}`,
    staticChoice: 'first retry as configured',
    reason: `after failures of class ${errorClass} the first retry waits ${span(ms)} where the task names no interval: by how often retries succeeded after which delay it is over ${percent(gain)} sooner`,
    promised: 1 - gain,
    parameters: { ms },
    version: ms,
  };
}

export function concurrencyDraft({ parameter, scope, configured, held, change }: TuningWish): Draft {
  const isChanged = change !== null && !change.reverted && change.after === held;
  const gain = isChanged ? change.predictedGain : 0;
  const what = `${parameter} of ${scope}`;
  return {
    chosen: held === configured ? 'look around' : `${held}, and look around`,
    staticChoice: `${configured}, as configured`,
    reason:
      held === configured
        ? `other values than ${configured} are tried in some windows for ${what}, by how much gets done`
        : `${held} is held to be best for ${what}, by how much gets done: ${percent(gain)} more than with the value before`,
    promised: 1 - gain,
    parameters: { configured, held },
    version: held,
  };
}
