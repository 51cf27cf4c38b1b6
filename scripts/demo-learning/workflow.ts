/**
 * The workflow that the demo runs: a recorded one (WfFormat of WfCommons), or one that is drawn in the shape of Epigenomics
 * (Juve et al., "Characterizing and profiling scientific workflows", 2013) and passes through the same reader. The drawn
 * times grow with the sizes of the inputs and were measured nowhere.
 */
import { readFile } from 'node:fs/promises';
import { SeededRandom } from '../../src/kit/random.js';
import { normalQuantile } from '../../src/kit/statistics/normal.js';
import { readMeshFile } from '../../src/orchestrator/definition/mesh-file.js';
import type { DependencyInput, MeshInput, TaskInput } from '../../src/orchestrator/definition/mesh-input.js';

/** `dependsOn` names keys of earlier tasks. */
export interface DemoTask {
  readonly key: string;
  readonly program: string;
  readonly seconds: number;
  readonly inputBytes: number;
  readonly dependsOn: readonly string[];
}

export interface DemoWorkflow {
  readonly name: string;
  /** Parents before children. */
  readonly tasks: readonly DemoTask[];
}

/** More would not fit the patience of whoever watches. */
const TASKS_MAX = 1000;

export async function workflowOf(file: string | undefined): Promise<DemoWorkflow> {
  const bytes = file === undefined ? Buffer.from(JSON.stringify(drawnWorkflow())) : await readFile(file);
  const defaults = { maxAttempts: 1, executionTimeoutMs: 3_600_000 };
  const read = readMeshFile(bytes, { fileName: file ?? 'epigenomics.json', defaults });
  if (!read.ok) {
    const faults = read.faults.map(({ path, message }) => `${path} ${message}`.trim());
    throw new Error(`${file ?? 'the drawn workflow'} cannot be read: ${faults.join('; ')}`);
  }
  const { name } = read.input;
  const tasks = inOrder(recorded(read.input));
  if (tasks.length > TASKS_MAX)
    throw new Error(`${file} has ${tasks.length} tasks; the demo takes at most ${TASKS_MAX}`);
  return { name: name ?? 'workflow', tasks };
}

function recorded({ tasks = [] }: MeshInput): DemoTask[] {
  return tasks.map((task: TaskInput) => {
    const wait = task.work != null && 'wait' in task.work ? task.work.wait : undefined;
    if (wait == null) throw new Error('the demo takes recorded workflows: WfFormat, as WfCommons has them');
    const inputBytes = task.metadata?.inputBytes;
    return {
      key: task.key as string,
      program: task.name as string,
      seconds: Math.max(0.001, wait.durationMs / 1000),
      inputBytes: typeof inputBytes === 'number' ? inputBytes : 0,
      dependsOn: (task.dependsOn ?? []).map((one: DependencyInput) => one.task),
    };
  });
}

function inOrder(tasks: readonly DemoTask[]): DemoTask[] {
  const waiting = new Map(tasks.map((task) => [task.key, task]));
  const ordered: DemoTask[] = [];
  const take = (task: DemoTask): void => {
    waiting.delete(task.key);
    for (const key of task.dependsOn) {
      const parent = waiting.get(key);
      if (parent !== undefined) take(parent);
    }
    ordered.push(task);
  };
  for (const task of tasks) if (waiting.has(task.key)) take(task);
  return ordered;
}

/** Seconds for 100 MB, and the power of the size by which they grow. */
const PROGRAMS: Readonly<Record<string, readonly [seconds: number, power: number]>> = {
  fastqSplit: [1.5, 0.9],
  filterContams: [6, 0.8],
  sol2sanger: [3, 0.7],
  fastq2bfq: [4, 0.8],
  map: [45, 1],
  mapMerge: [2, 0.8],
  maqIndex: [4, 0.9],
  pileup: [6, 0.9],
};
/** Chunks of each lane of the sequencer. */
const LANES = [5, 3, 8, 4];
const CHUNK_BYTES = 60e6;
/** Of the logarithm: chunks differ in size, and tasks of one size in time. */
const SIZE_SPREAD = 0.7;
const TIME_SPREAD = 0.08;

/** As WfFormat 1.5. */
function drawnWorkflow(): object {
  const random = new SeededRandom('epigenomics');
  const normal = (): number => normalQuantile(random.next());
  const draft = new Draft();
  const merged = LANES.map((chunks) => {
    const sizes = Array.from({ length: chunks }, () => CHUNK_BYTES * Math.exp(SIZE_SPREAD * normal()));
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    const split = draft.add('fastqSplit', [], whole, normal());
    const mapped = sizes.map((size) =>
      ['filterContams', 'sol2sanger', 'fastq2bfq', 'map'].reduce(
        (before, program) => draft.add(program, [before], size, normal()),
        split,
      ),
    );
    return { id: draft.add('mapMerge', mapped, whole / 4, normal()), size: whole / 4 };
  });
  const all = merged.reduce((sum, { size }) => sum + size, 0);
  let before = merged.map(({ id }) => id);
  for (const program of ['mapMerge', 'maqIndex', 'pileup'])
    before = [draft.add(program, before, all, normal())];
  return draft.written('epigenomics');
}

/** Tasks and files under construction. */
class Draft {
  readonly #tasks: object[] = [];
  readonly #files: object[] = [];
  readonly #times: object[] = [];

  add(program: string, parents: readonly string[], bytes: number, noise: number): string {
    const [seconds, power] = PROGRAMS[program] as readonly [number, number];
    const id = `${program}_${String(this.#tasks.length + 1).padStart(3, '0')}`;
    const input = `${id}.in`;
    this.#files.push({ id: input, sizeInBytes: Math.round(bytes) });
    this.#tasks.push({ name: program, id, parents, children: [], inputFiles: [input], outputFiles: [] });
    const runtimeInSeconds = seconds * (bytes / 1e8) ** power * Math.exp(TIME_SPREAD * noise);
    this.#times.push({ id, runtimeInSeconds });
    return id;
  }

  written(name: string): object {
    return {
      name,
      schemaVersion: '1.5',
      workflow: {
        specification: { tasks: this.#tasks, files: this.#files },
        execution: { tasks: this.#times },
      },
    };
  }
}
