/**
 * Everything that can happen, by name. An event is one committed fact: it exists only after the commit that states it.
 */
import type { JsonObject } from '../kit/json.js';

export const EVENT_TYPES = [
  'MESH_SUBMITTED',
  'MESH_EXTENDED',
  'MESH_PAUSED',
  'MESH_RESUMED',
  'MESH_COMPLETED',
  'MESH_FAILED',
  'MESH_CANCELLED',
  'TASK_CREATED',
  'TASK_UPDATED',
  'TASK_DELETED',
  'TASK_HELD',
  'TASK_RELEASED',
  'TASK_PENDING',
  'TASK_QUEUED',
  'TASK_STARTED',
  'TASK_PROGRESSED',
  'TASK_RETRYING',
  'TASK_COMPLETED',
  'TASK_FAILED',
  'TASK_CANCELLED',
  'TASK_SKIPPED',
  'TASK_UPSTREAM_FAILED',
  'EDGE_ADDED',
  'EDGE_REMOVED',
  'LATE_OUTCOME_REFUSED',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** `seq` is gap-free over the whole history; `at` is the database's clock, ms since the epoch. */
export interface CommittedEvent {
  readonly seq: number;
  readonly at: number;
  readonly type: EventType;
  readonly meshId: string;
  readonly taskId: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly payload: JsonObject;
}
