/**
 * What the API asks of those who know how the server is. Implemented by metrics and by the composition root; the
 * resolvers of this folder and the REST bridge call them.
 */
import type { JsonObject } from '../../../kit/json.js';
import type { TaskStatus } from '../../../lifecycle/vocabulary.js';

export type HealthState = 'ok' | 'degraded' | 'starting' | 'draining';

export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string | null;
}

export interface HealthReport {
  readonly status: HealthState;
  /** Would a request that changes something be carried out now? */
  readonly ready: boolean;
  readonly checks: readonly HealthCheck[];
}

export interface HealthFace {
  report(): Promise<HealthReport>;
}

export interface StatusReport {
  readonly version: string;
  readonly instanceName: string;
  readonly environment: string;
  readonly startedAt: Date;
  readonly uptimeSeconds: number;
  /** Null while this process does not lead. */
  readonly epoch: number | null;
  readonly leader: boolean;
  /** The kind: `embedded`, `postgresql`, `memory`. Never the address, which may hold a password. */
  readonly database: string;
  readonly lastEventSeq: number;
  readonly counts: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly subscriptions: number;
}

export interface StatusFace {
  report(): Promise<StatusReport>;
}

export interface MetricsFace {
  snapshot(): Promise<JsonObject>;
}
