/**
 * The vocabularies of the product as GraphQL enums. Called by the type files; `register` runs once when this file is
 * first imported, because TypeGraphQL keeps enums in its own table.
 */
import { registerEnumType } from 'type-graphql';
import { EVENT_TYPES } from '../../events/catalogue.js';
import {
  ATTEMPT_OUTCOMES,
  CONCURRENCY_STRATEGIES,
  FAILURE_KINDS,
  LAYER_NAMES,
  LOG_LEVELS,
  LOG_STREAMS,
  MESH_STATUSES,
  NODE_STATES,
  PLACEMENT_POLICIES,
  PRIORITIES,
  RERUN_STRATEGIES,
  SIMULATION_METHODS,
  TASK_STATUSES,
  TASK_TYPES,
  WORK_KINDS,
} from '../../lifecycle/vocabulary.js';
import { ROLES } from '../../lifecycle/role.js';
import { EDGE_TYPES } from '../../mesh/edge-type.js';
import { MODEL_FAMILIES } from '../../learning/model.js';
import { TARGETS } from '../../learning/view.js';
import {
  DECIDED_KINDS,
  GAIN_VERDICTS,
  LEVELS,
  LIKENESSES,
  PATTERN_KINDS,
} from '../../consciousness/consciousness.js';
import { DECISION_ENDS, DECISION_MODES } from '../../store/consciousness.js';
import { STATS_GROUPS } from '../../store/reads.js';
import { SERVER_STATES } from './health/faces.js';

export function register<T extends string>(
  name: string,
  words: readonly T[],
  description: string,
): Record<string, T> {
  const values = Object.fromEntries(words.map((word) => [word.toUpperCase(), word])) as Record<string, T>;
  registerEnumType(values, { name, description });
  return values;
}

export const TaskStatusEnum = register(
  'TaskStatus',
  TASK_STATUSES,
  'Where a task is in its life; the last five are final.',
);
export const MeshStatusEnum = register(
  'MeshStatus',
  MESH_STATUSES,
  'Where a mesh is in its life; the last three are final.',
);
export const PriorityEnum = register('Priority', PRIORITIES, 'Class in the ready queue, lowest first.');
export const TaskTypeEnum = register(
  'TaskType',
  TASK_TYPES,
  'How many cores and how much memory an attempt asks for.',
);
export const LayerNameEnum = register('LayerName', LAYER_NAMES, 'Where an attempt runs.');
export const NodeStateEnum = register(
  'NodeState',
  NODE_STATES,
  'How a node of the cluster is; LOST is for good for its incarnation.',
);
export const PlacementPolicyEnum = register(
  'PlacementPolicy',
  PLACEMENT_POLICIES,
  'How the node of an attempt is chosen among those that can run it.',
);
export const EdgeTypeEnum = register('EdgeType', EDGE_TYPES, 'What a dependency means for its target.');
export const WorkKindEnum = register('WorkKind', WORK_KINDS, 'What a task does.');
export const SimulationMethodEnum = register(
  'SimulationMethod',
  SIMULATION_METHODS,
  'How a circuit is simulated; AUTO is the density matrix for noisy circuits of up to 12 qubits.',
);
export const FailureKindEnum = register('FailureKind', FAILURE_KINDS, 'Why a task or an attempt failed.');
export const AttemptOutcomeEnum = register('AttemptOutcome', ATTEMPT_OUTCOMES, 'How an attempt ended.');
export const RerunStrategyEnum = register(
  'RerunStrategy',
  RERUN_STRATEGIES,
  'Which part of a mesh a rerun runs again.',
);
export const LogStreamEnum = register('LogStream', LOG_STREAMS, 'Where a log line came from.');
export const LogLevelEnum = register('LogLevel', LOG_LEVELS, 'How grave a log line is.');
export const EventTypeEnum = register('EventType', EVENT_TYPES, 'Everything that can happen.');
export const StatsGroupEnum = register(
  'StatsGroup',
  STATS_GROUPS,
  'What execution statistics are grouped by.',
);
export const ConcurrencyStrategyEnum = register(
  'ConcurrencyStrategy',
  CONCURRENCY_STRATEGIES,
  'What becomes of a task that finds its concurrency key full.',
);
export const RoleEnum = register('Role', ROLES, 'What a caller may do; each role holds those before it.');
export const OrderDirectionEnum = register(
  'OrderDirection',
  ['ASC', 'DESC'] as const,
  'Ascending or descending.',
);
export const TaskOrderFieldEnum = register(
  'TaskOrderField',
  ['CREATED_AT', 'UPDATED_AT', 'FINISHED_AT', 'PRIORITY', 'NAME'] as const,
  'What a list of tasks is ordered by.',
);
export const MeshOrderFieldEnum = register(
  'MeshOrderField',
  ['CREATED_AT', 'FINISHED_AT', 'NAME'] as const,
  'What a list of meshes is ordered by.',
);
export const ServerStateEnum = register(
  'ServerState',
  SERVER_STATES,
  'What a server does: lead, follow, or finish before it ends. SILENT: it has not been heard of for a lease.',
);
export const HealthStateEnum = register(
  'HealthState',
  ['ok', 'degraded', 'starting', 'draining'] as const,
  'How the server is, in one word.',
);
export const ModelFamilyEnum = register(
  'ModelFamily',
  MODEL_FAMILIES,
  'How a model learns; BASELINE are the running medians that every other has to beat.',
);
export const LearningTargetEnum = register('LearningTarget', TARGETS, 'What is predicted.');
export const AwarenessLevelEnum = register(
  'AwarenessLevel',
  LEVELS,
  'How much the orchestrator may decide by itself, the least first; each may do what those before may.',
);
export const DecisionKindEnum = register(
  'DecisionKind',
  DECIDED_KINDS,
  'CIRCUIT_BREAK gives a failing dependency a rest, HOLD waits for the end of a bad window, QUARANTINE gives a failing kind of task a rest, ALERT tells people; ORDER, LAYER, TIMEOUT, MEMORY and RETRY follow what was learned about a mesh, a kind of task or a class of failures, DRIFT has starts keep away from a machine that became slower or look at one that may be faster. Costs are seconds, of the last six and of CONCURRENCY shares of what the static rule costs.',
);
export const GainVerdictEnum = register(
  'GainVerdict',
  GAIN_VERDICTS,
  'GAIN and NO_MEASURABLE_GAIN by evidence that may be looked at any time, the latter after 400 comparisons: then the level is left.',
);
export const DecisionModeEnum = register(
  'DecisionMode',
  DECISION_MODES,
  'SHADOW: only thought and scored, because the level may not do it or somebody vetoed it.',
);
export const DecisionEndEnum = register(
  'DecisionEnd',
  DECISION_ENDS,
  'DONE: what it was made for is over; VETOED is learned from; UNDONE is not.',
);
export const PatternKindEnum = register('PatternKind', PATTERN_KINDS, 'What was found to recur.');
export const LikenessEnum = register(
  'Likeness',
  LIKENESSES,
  'Why an episode is like another: the same situation, near in numbers, or in words.',
);
