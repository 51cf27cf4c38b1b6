/**
 * A new mesh before anybody sees it: its graph, tasks and rows, made outside of the core and in stages, because 10,000
 * tasks with 50,000 edges take it 50 ms. Nothing here touches the core; `submitMesh` lets the finished plan in at once.
 */
import type { Stages } from '../../kit/turn.js';
import type { EdgeRow, NewTaskRow } from '../../lifecycle/batch.js';
import { MeshState, type TaskState } from '../../lifecycle/mesh-state.js';
import { upwardRanks } from '../../mesh/critical-path.js';
import type { GraphEdge } from '../../mesh/graph.js';
import {
  type Admission,
  type AdmittedTask,
  cycleRefusal,
  depend,
  type NewMesh,
  newTask,
} from './admission.js';
import { type Answer, answered, type Refused, refused } from './answer.js';
import { measureDepths } from './ranks.js';

export interface MeshPlan {
  readonly mesh: NewMesh;
  readonly admission: Admission;
  readonly state: MeshState;
  /** In the order of the admission, as `rows` are. */
  readonly tasks: readonly TaskState[];
  readonly rows: readonly NewTaskRow[];
}

const STAGE_TASKS = 1000;
const STAGE_EDGES = 5000;

/** Of use once: the core takes over what it holds. */
export function* planMesh(
  mesh: NewMesh,
  admission: Admission,
  secondsOf: (task: TaskState) => number,
): Stages<Answer<MeshPlan>> {
  const planner = new Planner(mesh, admission.createdBy);
  for (const task of admission.tasks) {
    planner.addTask(task);
    if (planner.rows.length % STAGE_TASKS === 0) yield;
  }
  for (const edge of admission.edges) {
    const refusal = planner.addEdge(edge);
    if (refusal !== undefined) return refusal;
    if (planner.edges.length % STAGE_EDGES === 0) yield;
  }
  const refusal = planner.join();
  if (refusal !== undefined) return refusal;
  if (admission.edges.length > 0) measureDepths(planner.state);
  if (admission.edges.length > STAGE_EDGES) yield;
  yield* planner.estimate(secondsOf);
  planner.rank();
  const { state, tasks, rows } = planner;
  return answered({ mesh, admission, state, tasks: [...tasks.values()], rows });
}

/** A method for what is done 10,000 or 50,000 times: a loop of a generator stays slow code for most of its first run. */
class Planner {
  readonly state: MeshState;
  readonly tasks = new Map<string, TaskState>();
  readonly rows: NewTaskRow[] = [];
  readonly edges: GraphEdge[] = [];
  /** Expected run times by node. */
  readonly seconds: number[] = [];
  readonly #createdBy: string;

  constructor({ id, name, tenant }: NewMesh, createdBy: string) {
    this.state = new MeshState({ id, name, createdBy, tenant });
    this.#createdBy = createdBy;
  }

  addTask(admitted: AdmittedTask): void {
    const { state: mesh } = this;
    const { task, row } = newTask({ mesh, node: mesh.graph.addNode(), createdBy: this.#createdBy }, admitted);
    this.tasks.set(task.id, task);
    this.rows.push(row);
  }

  addEdge({ sourceId, targetId, type, weight }: EdgeRow): Refused | undefined {
    const source = this.tasks.get(sourceId);
    const target = this.tasks.get(targetId);
    if (source === undefined || target === undefined) {
      const unknown = source === undefined ? sourceId : targetId;
      return refused('NOT_FOUND', `no task ${unknown} in mesh ${this.state.id}`);
    }
    depend(target, source, type);
    this.edges.push({ source: source.node, target: target.node, type, weight });
    return undefined;
  }

  join(): Refused | undefined {
    const cycle = this.state.graph.addEdges(this.edges)?.cycle;
    return cycle && cycleRefusal(cycle.map((node) => this.state.at(node).key));
  }

  /** What has learned takes a few microseconds for each. */
  *estimate(secondsOf: (task: TaskState) => number): Stages<void> {
    let estimated = 0;
    for (const task of this.tasks.values()) {
      this.seconds[task.node] = secondsOf(task);
      if (++estimated % STAGE_TASKS === 0) yield;
    }
  }

  rank(): void {
    const { graph, nodes } = this.state;
    const ranks = upwardRanks(graph, (node) => this.seconds[node] as number);
    for (const task of nodes) if (task !== undefined) task.rank = ranks[task.node] as number;
  }
}
