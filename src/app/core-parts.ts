/** What the core is wired from; the doors and the list of servers are wired from the same. */
import type { SystemClock } from '../kit/clock.js';
import type { Tracer } from '../kit/trace/tracer.js';
import type { Layer } from '../layers/layer.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Metrics } from '../metrics/metrics.js';
import type { AppOptions } from './app-options.js';
import type { Database } from './database.js';

export interface CoreParts {
  readonly options: AppOptions;
  readonly clock: SystemClock;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly database: Database;
  readonly metrics: Metrics;
  /** Undefined: nothing is traced. */
  readonly tracer: Tracer | undefined;
  /** What this server says of itself that changes while it runs. */
  readonly self: SelfReport;
}

export interface SelfReport {
  url: string | null;
  draining: boolean;
  /** How far its subscribers are; null when it has none. */
  eventSeq: () => number | null;
}
