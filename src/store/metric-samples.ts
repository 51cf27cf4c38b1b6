/**
 * The contract of what servers measured: written by each again and again, read for charts. `postgres/` implements it; the
 * sampler writes, the API reads.
 */
import type { JsonObject } from '../kit/json.js';

export interface MetricSample {
  readonly at: Date;
  /** As `status { serverId }` names it. */
  readonly server: string;
  readonly metrics: JsonObject;
}

export interface SampleWish {
  /** Of families, as in `metrics`. Those that a sample lacks are left out. */
  readonly names: readonly string[];
  readonly since: Date | null;
  readonly until: Date | null;
  /** Null: of all servers. */
  readonly server: string | null;
  /** Of more samples than this, so many that lie evenly, and a few for each server. */
  readonly max: number;
}

export interface MetricSamples {
  /** Of now, by the clock of the database; and removes what is older than so many days. */
  add(server: string, metrics: JsonObject, keepDays: number): Promise<void>;
  /** In the order of time. O(samples of the span). */
  read(wish: SampleWish): Promise<MetricSample[]>;
}
