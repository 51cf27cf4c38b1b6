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

export const SERVER_STATES = ['LEADING', 'FOLLOWING', 'DRAINING', 'SILENT'] as const;
export type ServerStateName = (typeof SERVER_STATES)[number];

/** A server on the same database, as of its last beat. */
export interface ServerReport {
  readonly id: string;
  readonly instanceName: string;
  readonly version: string;
  readonly url: string | null;
  readonly state: ServerStateName;
  readonly startedAt: Date;
  readonly silentSeconds: number;
  readonly lagEvents: number;
}

export interface StatusReport {
  readonly version: string;
  readonly instanceName: string;
  readonly environment: string;
  readonly startedAt: Date;
  readonly uptimeSeconds: number;
  /** This server, among those below. */
  readonly serverId: string;
  /** Of the present leadership; null while nobody is known to lead. */
  readonly epoch: number | null;
  /** Does this server lead? */
  readonly leader: boolean;
  /** Null while nobody is known to lead. */
  readonly leaderId: string | null;
  readonly servers: readonly ServerReport[];
  /** The kind: `embedded`, `postgresql`, `memory`. Never the address, which may hold a password. */
  readonly database: string;
  readonly lastEventSeq: number;
  readonly counts: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly subscriptions: number;
}

export interface StatusFace {
  report(): Promise<StatusReport>;
}

/** A key of the configuration, its secrets masked. */
export interface ConfiguredKey {
  readonly name: string;
  readonly value: string;
  readonly about: string;
  /** Other than the default. */
  readonly changed: boolean;
}

export interface MetricsFace {
  snapshot(): Promise<JsonObject>;
}
