/**
 * What the operations of `operations.ts` answer, as far as the command line reads it. The vocabularies are the
 * product's; a test holds the operations against schema/schema.graphql.
 */
import type { EdgeType } from '../../mesh/edge-type.js';
import type { Failure } from '../../lifecycle/task.js';
import type { LogLevel, LogStream, MeshStatus, TaskStatus } from '../../lifecycle/vocabulary.js';

export interface MeshSummary {
  readonly id: string;
  readonly name: string;
  readonly status: MeshStatus;
  readonly parentMeshId: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

export interface TaskSummary {
  readonly id: string;
  readonly meshId: string;
  readonly key: string;
  readonly name: string;
  readonly status: TaskStatus;
  readonly reason: string | null;
  readonly failure: Failure | null;
  readonly attempt: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface Interval {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface Progress {
  readonly total: number;
  readonly finished: number;
  readonly percent: number;
  readonly eta: Interval | null;
}

export interface Path {
  readonly taskIds: readonly string[];
  readonly seconds: number | null;
  readonly unknown: number;
}

export interface MeshEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly taskId: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

export interface LogLine {
  readonly id: number;
  readonly attempt: number;
  readonly at: string;
  readonly stream: LogStream;
  readonly level: LogLevel;
  readonly text: string;
}

export interface EdgeSummary {
  readonly sourceId: string;
  readonly targetId: string;
  readonly type: EdgeType;
  readonly weight: number;
}

export interface PageOf<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}
