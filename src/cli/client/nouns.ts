/**
 * What the verbs speak of, as the fragments of schema/operations/cli.graphql select it: nothing here is written by
 * hand. To read one more field, add it to its fragment.
 */
import type {
  CliEdgeFragment,
  CliEventFragment,
  CliEventsSubscription,
  CliLogLineFragment,
  CliMeshFragment,
  CliProgressFragment,
  CliTaskFragment,
} from '../../generated/graphql/graphql.js';

export type MeshSummary = CliMeshFragment;
export type TaskSummary = CliTaskFragment;
export type EdgeSummary = CliEdgeFragment;
export type LogLine = CliLogLineFragment;
export type MeshEvent = CliEventFragment;
export type EventBatch = CliEventsSubscription['meshEventBatches'];
export type Progress = CliProgressFragment;
/** Seconds. */
export type Interval = NonNullable<Progress['eta']>;
