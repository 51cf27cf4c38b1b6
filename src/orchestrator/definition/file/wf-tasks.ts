/**
 * The tasks of a WfFormat file, whichever layout it has: 1.5 keeps what was planned and what was measured in two
 * lists with files in a third, 1.0 to 1.4 keep all in one. Called by `wf-format.ts`. What a recorder left out is
 * taken as zero or absent; what is there and cannot be meant is a fault.
 */
import type { Json } from '../../../kit/json.js';
import { isRecord } from '../check/checks.js';
import { writePath } from '../check/inspection.js';
import type { Step } from '../check/inspection.js';
import { showValue } from '../check/show-value.js';
import type { FileFault, Tree } from './tree.js';

type Fields = Readonly<Record<string, unknown>>;

export interface WfTask {
  readonly id: string;
  readonly name: string;
  readonly path: readonly Step[];
  readonly parents: readonly string[];
  readonly children: readonly string[];
  /** Bytes by file. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, number>;
  readonly runSeconds: number;
  /** What was measured, under the names it has in `metadata`. */
  readonly recorded: Readonly<Record<string, Json>>;
}

const PROGRAM_LENGTH_MAX = 200;
const RUN_SECONDS_MAX = 365 * 24 * 60 * 60;

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function amount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The first of these fields that is there; their names changed over the versions. */
function pick(fields: Fields, ...names: string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined);
}

function machinesOf(measured: Fields): Json | undefined {
  const machines = texts(measured.machines);
  return machines.length > 0 ? machines : typeof measured.machine === 'string' ? measured.machine : undefined;
}

function recordedOf(measured: Fields): Record<string, Json> {
  const command = isRecord(measured.command) ? measured.command : {};
  const program =
    typeof command.program === 'string' ? command.program.slice(0, PROGRAM_LENGTH_MAX) : undefined;
  const entries: [string, Json | undefined][] = [
    ['program', program?.replace(/[\uD800-\uDBFF]$/, '')],
    ['machine', machinesOf(measured)],
    ['cores', amount(pick(measured, 'coreCount', 'cores'))],
    ['memoryBytes', amount(pick(measured, 'memoryInBytes', 'memory'))],
    ['averageCpuPercent', amount(measured.avgCPU)],
    ['readBytes', amount(pick(measured, 'readBytes', 'bytesRead'))],
    ['writtenBytes', amount(pick(measured, 'writtenBytes', 'bytesWritten'))],
  ];
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** Files of one task in the flat layout, each with its direction and size. */
function linkedFiles(task: Fields, link: 'input' | 'output'): Map<string, number> {
  const files = Array.isArray(task.files) ? task.files.filter(isRecord) : [];
  const linked = files.filter((file) => file.link === link);
  return new Map(
    linked.map((file) => [String(pick(file, 'id', 'name')), amount(pick(file, 'sizeInBytes', 'size')) ?? 0]),
  );
}

interface Layout {
  readonly list: readonly unknown[];
  readonly path: readonly Step[];
  measuredOf(id: string, planned: Fields): Fields;
  filesOf(planned: Fields, link: 'input' | 'output'): Map<string, number>;
}

function byId(list: unknown): Map<unknown, Fields> {
  return new Map((Array.isArray(list) ? list.filter(isRecord) : []).map((entry) => [entry.id, entry]));
}

function splitLayout(specification: Fields, execution: Fields): Layout {
  const measured = byId(execution.tasks);
  const sizes = new Map(
    [...byId(specification.files)].map(([id, file]) => [id, amount(file.sizeInBytes) ?? 0]),
  );
  return {
    list: Array.isArray(specification.tasks) ? specification.tasks : [],
    path: ['workflow', 'specification', 'tasks'],
    measuredOf: (id) => measured.get(id) ?? {},
    filesOf: (planned, link) => new Map(texts(planned[`${link}Files`]).map((id) => [id, sizes.get(id) ?? 0])),
  };
}

function layoutOf(value: Fields): Layout | undefined {
  const workflow = isRecord(value.workflow) ? value.workflow : {};
  if (isRecord(workflow.specification) && Array.isArray(workflow.specification.tasks)) {
    return splitLayout(workflow.specification, isRecord(workflow.execution) ? workflow.execution : {});
  }
  const name = ['tasks', 'jobs'].find((field) => Array.isArray(workflow[field]));
  if (name === undefined) return undefined;
  return {
    list: workflow[name] as unknown[],
    path: ['workflow', name],
    measuredOf: (_id, planned) => planned,
    filesOf: linkedFiles,
  };
}

class WfReader {
  readonly tasks: WfTask[] = [];
  readonly faults: FileFault[] = [];

  constructor(
    private readonly layout: Layout,
    private readonly tree: Tree,
  ) {}

  read(planned: unknown, index: number): void {
    const path = [...this.layout.path, index];
    const id = isRecord(planned) ? pick(planned, 'id', 'name') : undefined;
    if (!isRecord(planned) || typeof id !== 'string') return this.fault(path, 'must be a task with an id');
    const measured = this.layout.measuredOf(id, planned);
    const seconds = pick(measured, 'runtimeInSeconds', 'runtime') ?? 0;
    if (amount(seconds) === undefined || (seconds as number) > RUN_SECONDS_MAX) {
      return this.fault(
        path,
        `must have a runtimeInSeconds from 0 to ${RUN_SECONDS_MAX}, got ${showValue(seconds)}`,
      );
    }
    this.tasks.push({
      id,
      name: typeof planned.name === 'string' ? planned.name : id,
      path,
      parents: texts(planned.parents),
      children: texts(planned.children),
      inputs: this.layout.filesOf(planned, 'input'),
      outputs: this.layout.filesOf(planned, 'output'),
      runSeconds: seconds as number,
      recorded: recordedOf(measured),
    });
  }

  fault(path: readonly Step[], message: string): void {
    this.faults.push({ path: writePath(path), message, ...this.tree.positionOf(path) });
  }
}

export function readWfTasks(
  value: Fields,
  tree: Tree,
): { readonly tasks: readonly WfTask[]; readonly faults: readonly FileFault[] } {
  const layout = layoutOf(value);
  if (layout === undefined) {
    const message = 'must have workflow.specification.tasks (WfFormat 1.5) or workflow.tasks (1.0 to 1.4)';
    return { tasks: [], faults: [{ path: 'workflow', message, ...tree.positionOf(['workflow']) }] };
  }
  const reader = new WfReader(layout, tree);
  layout.list.forEach((planned, index) => reader.read(planned, index));
  return { tasks: reader.tasks, faults: reader.faults };
}
