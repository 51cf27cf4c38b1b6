/** The meshes that are under way when a kill strikes: small DAGs of real work, drawn from a seed. */
import type { SeededRandom } from '../../../src/kit/random.js';

export const TASK_KINDS = ['milestone', 'wait', 'module', 'mark', 'flaky', 'doomed', 'lingering'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** Kinds whose every attempt leaves its idempotency key in the file of effects. */
export const LEAVES_MARK: ReadonlySet<TaskKind> = new Set(['module', 'mark', 'flaky', 'doomed', 'lingering']);
/** Attempts of a doomed task that fail before it does. */
export const DOOMED_ATTEMPTS = 2;

export const MODULE_FILE = 'mark.mjs';
export const MODULE_SOURCE = `import { appendFileSync } from 'node:fs';
export default ({ input, idempotencyKey }) => {
  appendFileSync(input.effects, idempotencyKey + '\\n');
  return { twice: input.number * 2 };
};
`;

const MARK = 'echo "$TASKMESH_IDEMPOTENCY_KEY" >> "$0"';
const SCRIPTS: Partial<Record<TaskKind, string>> = {
  mark: MARK,
  flaky: `${MARK}; test "$TASKMESH_ATTEMPT" -gt 1`,
  doomed: `${MARK}; exit 3`,
  // What escapes its process group and outlives its attempt, unless somebody ends it.
  lingering: `${MARK}; if test "$TASKMESH_ATTEMPT" = 1; then setsid sleep 600 & sleep 0.3; fi`,
};
/** Work that starts a process is a third of all: enough to be hit, not so much that the machine does nothing else. */
const WEIGHTED: readonly TaskKind[] = [
  ...(['wait', 'wait', 'wait', 'wait', 'milestone', 'milestone', 'module', 'module'] as const),
  ...(['mark', 'mark', 'flaky', 'doomed', 'lingering'] as const),
];
const RETRIES = { maxAttempts: 3, initialIntervalMs: 20, backoffCoefficient: 2, jitter: true };
const TASKS_MAX = 6;

export interface DrawnMesh {
  /** Its name and its idempotency key, unique in the test. */
  readonly name: string;
  readonly kinds: ReadonlyMap<string, TaskKind>;
  readonly input: object;
}

function workOf(kind: TaskKind, random: SeededRandom, effects: string): object {
  if (kind === 'milestone') return {};
  if (kind === 'module')
    return { work: { module: { path: MODULE_FILE, input: { effects, number: random.int(100) } } } };
  if (kind === 'wait') {
    // Some last long enough for a cancel to find their mesh open.
    const durationMs = random.int(4) === 0 ? 50 + random.int(250) : random.int(6);
    return { work: { wait: { durationMs } } };
  }
  return { work: { command: { argv: ['sh', '-c', SCRIPTS[kind], effects] } } };
}

export function drawTask(kind: TaskKind, random: SeededRandom, effects: string): object {
  const retryPolicy = kind === 'doomed' ? { ...RETRIES, maxAttempts: DOOMED_ATTEMPTS } : RETRIES;
  return { ...workOf(kind, random, effects), retryPolicy };
}

export function drawKind(random: SeededRandom): TaskKind {
  return random.pick(WEIGHTED);
}

function drawDependencies(index: number, random: SeededRandom): object[] {
  const sources = new Set<number>();
  for (let left = index === 0 ? 0 : random.int(3); left > 0; left--) sources.add(random.int(index));
  return [...sources].map((source) => ({
    task: `t${source}`,
    type: random.pick(['HARD', 'HARD', 'HARD', 'SOFT', 'DATA', 'RESOURCE']),
  }));
}

export function drawMesh(name: string, random: SeededRandom, effects: string): DrawnMesh {
  const kinds = new Map<string, TaskKind>();
  const tasks = Array.from({ length: 1 + random.int(TASKS_MAX) }, (_, index) => {
    const kind = drawKind(random);
    kinds.set(`t${index}`, kind);
    return {
      key: `t${index}`,
      ...drawTask(kind, random, effects),
      dependsOn: drawDependencies(index, random),
    };
  });
  return { name, kinds, input: { name, idempotencyKey: name, tasks } };
}
