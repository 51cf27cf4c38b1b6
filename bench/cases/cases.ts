/** The cases by the names that the command line knows. */
import type { Case } from './case.js';
import { cluster } from './cluster.js';
import { fairness } from './fairness.js';
import { graph } from './graph.js';
import { graphql } from './graphql.js';
import { growth } from './growth.js';
import { flow, w3, w4 } from './latency.js';
import { consciousness, learning } from './part-costs.js';
import { recovery } from './recovery.js';
import { submission } from './submission.js';
import { subscribers } from './subscribers.js';
import { tuning } from './tuning.js';
import { shapes, w1, w2, w2SlowFsync } from './throughput.js';

export const cases: Readonly<Record<string, Case>> = {
  w1,
  w2,
  'w2-slow-fsync': w2SlowFsync,
  w3,
  w4,
  shapes,
  flow,
  growth,
  graph,
  fairness,
  submit: submission,
  graphql,
  subscribers,
  recovery,
  cluster,
  learning,
  consciousness,
  tuning,
};
