/**
 * The peers by workload, each with the settings that were found best for it (of concurrency 1 to 500, batches 1 to 5,000
 * and 4 to 20 connections) on two cores. A peer stands here in several styles where its users have a choice to make.
 */
import type { AppendOnly } from '../servers/redis.js';

export interface Entry {
  /** As it is printed. */
  readonly name: string;
  /** The file beside this one that knows how to use it. */
  readonly peer: 'graphile-worker' | 'pg-boss' | 'dbos' | 'bullmq';
  /** On Redis with its log kept in this way; absent for peers on PostgreSQL. */
  readonly appendOnly?: AppendOnly;
  readonly settings: { readonly style: string } & Readonly<Record<string, string | number>>;
}

/** `tree`: no task has two children. `steps`: a chain too long for those who look for what is ready now and then. */
export type Workload = 'independent' | 'graph' | 'tree' | 'chain' | 'steps' | 'idle';

const PLAIN = { style: 'plain', concurrency: 16, connections: 16, queueSize: 0 };
const BATCHED = { style: 'batch', concurrency: 100, connections: 10, queueSize: 100 };
const COUNTERS: Entry = {
  name: 'pg-boss',
  peer: 'pg-boss',
  settings: { style: 'counters', batch: 100, workers: 1 },
};
const FLOW: Entry = {
  name: 'pg-boss flow()',
  peer: 'pg-boss',
  settings: { style: 'flow', batch: 100, workers: 1 },
};
const STEPS: Entry = {
  name: 'DBOS steps',
  peer: 'dbos',
  settings: { style: 'steps', connections: 10, concurrency: 200, pollMs: 10 },
};

function graphile(name: string, settings: Entry['settings']): Entry {
  return { name, peer: 'graphile-worker', settings };
}

/** Redis by how durable it is; only `always` is as durable as the peers on PostgreSQL. */
function bullmq(settings: Entry['settings'], name = 'BullMQ'): Entry[] {
  const modes: readonly AppendOnly[] = ['no', 'everysec', 'always'];
  return modes.map((appendOnly) => ({
    name: `${name}, ${appendOnly === 'no' ? 'no AOF' : `AOF ${appendOnly}`}`,
    peer: 'bullmq',
    appendOnly,
    settings,
  }));
}

const GATHERED = graphile('graphile-worker', { ...BATCHED, style: 'gathered', queueSize: 200 });
const BULLMQ_COUNTERS = bullmq({ style: 'counters', concurrency: 50, workers: 1 });
const BULLMQ_FLOW = bullmq({ style: 'flow', concurrency: 50, workers: 1 }, 'BullMQ flow');

export const lineup: Readonly<Record<Workload, readonly Entry[]>> = {
  independent: [
    graphile('graphile-worker batched', {
      style: 'batch',
      concurrency: 500,
      connections: 10,
      queueSize: 5000,
    }),
    { name: 'pg-boss', peer: 'pg-boss', settings: { style: 'counters', batch: 1000, workers: 2 } },
    {
      name: 'DBOS',
      peer: 'dbos',
      settings: { style: 'queue', connections: 20, concurrency: 500, pollMs: 10 },
    },
    STEPS,
    ...bullmq({ style: 'counters', concurrency: 100, workers: 2 }),
  ],
  graph: [GATHERED, COUNTERS, FLOW, STEPS, ...BULLMQ_COUNTERS],
  tree: [GATHERED, COUNTERS, FLOW, STEPS, ...BULLMQ_COUNTERS, ...BULLMQ_FLOW],
  chain: [
    graphile('graphile-worker', PLAIN),
    graphile('graphile-worker batched', BATCHED),
    COUNTERS,
    FLOW,
    STEPS,
    ...BULLMQ_COUNTERS,
    ...BULLMQ_FLOW,
  ],
  steps: [graphile('graphile-worker', PLAIN), COUNTERS, STEPS, ...BULLMQ_COUNTERS],
  idle: [
    graphile('graphile-worker', PLAIN),
    graphile('graphile-worker batched', BATCHED),
    COUNTERS,
    {
      name: 'DBOS',
      peer: 'dbos',
      settings: { style: 'child', connections: 20, concurrency: 200, pollMs: 10 },
    },
    ...BULLMQ_COUNTERS,
  ],
};
