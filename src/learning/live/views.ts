/**
 * Committed facts, and what the orchestrator tells of a task, as the views that models look at: the same function for both,
 * so that a model is asked about what it was taught. Called by the fold and the advisor.
 */
import type { JsonObject } from '../../kit/json.js';
import { isDefaultMesh } from '../../lifecycle/default-mesh.js';
import { demandOf } from '../../lifecycle/demand.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { TaskFacts } from '../../orchestrator/advisor.js';
import type { AttemptFacts } from '../../store/learning.js';
import { type PlaceView, placeView, type TaskView, taskView } from '../view.js';

const WORDS_MAX = 2000;

/** Where a task stands, whoever tells of it. */
type Around = Pick<
  TaskFacts,
  | 'meshName'
  | 'parents'
  | 'children'
  | 'depth'
  | 'followingSeconds'
  | 'queuedSeconds'
  | 'inputCount'
  | 'inputBytes'
  | 'lastError'
>;

export function viewOfFacts(facts: AttemptFacts): TaskView {
  const around = {
    ...facts,
    meshName: isDefaultMesh(facts.meshId) ? null : facts.meshName,
    inputBytes: facts.inputCount > 0 ? facts.inputBytes : null,
    queuedSeconds: facts.waitMs / 1000,
  };
  return viewOf(facts.spec, around, { attempt: facts.attempt, at: facts.startedAt });
}

export function viewOfTask(task: TaskFacts, at: number | null): TaskView {
  return viewOf(task.spec, task, { attempt: task.attempt, at });
}

function viewOf(spec: TaskSpec, around: Around, when: Pick<TaskView, 'attempt' | 'at'>): TaskView {
  const { typeKey, key, metadata } = spec;
  const { meshName, parents, children, depth, followingSeconds, queuedSeconds, lastError, inputCount } =
    around;
  const inputBytes = bytesOf(metadata, around.inputBytes);
  const { cores, memoryBytes } = demandOf(spec);
  return taskView({
    typeKey,
    signature: meshName === null ? '' : `${meshName}\n${key}\n${inputBytes ?? ''}`,
    words: wordsOf(spec),
    group: typeof metadata.group === 'string' ? metadata.group : '',
    inputBytes,
    unpackedBytes: amount(metadata.unpackedBytes),
    records: amount(metadata.records),
    inputCount: inputCount > 0 ? inputCount : null,
    parents,
    children,
    depth,
    followingSeconds,
    queuedSeconds,
    cpus: cores,
    memoryBytes,
    lastError,
    ...when,
  });
}

/** What the author declared (`metadata.inputBytes`) and what DATA edges bring; null where neither is known. */
function bytesOf(metadata: JsonObject, fromEdges: number | null): number | null {
  const declared = amount(metadata.inputBytes);
  return declared === null && fromEdges === null ? null : (declared ?? 0) + (fromEdges ?? 0);
}

function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** Name, description, tags, and the program with its arguments. */
function wordsOf({ name, description, tags, work }: TaskSpec): string {
  const command = work !== null && 'command' in work ? work.command.argv : [];
  const module = work !== null && 'module' in work ? [work.module.path] : [];
  return [name, description ?? '', ...tags, ...command, ...module].join(' ').slice(0, WORDS_MAX);
}

/** A node by its name, whatever its incarnation; elsewhere the layer on its host. */
export function machineOf(layer: LayerName, node: string): string {
  const [host = ''] = node.split(':');
  return layer === 'CLUSTER' ? host : `${layer}@${host}`;
}

export function placeOf(layer: LayerName, node: string): PlaceView {
  return placeView({ machine: machineOf(layer, node), layer });
}
