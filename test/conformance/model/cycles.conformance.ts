/**
 * Edits at the same moment that would close a cycle together: each is right alone, so one of them must be refused, over
 * every store. A random cycle is cut into edits (`addEdge`, or `extendMesh` with tasks of its own), sent all at once.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RefusedError } from '../../../src/lifecycle/refusal.js';
import { checkExtension, checkMesh } from '../../../src/orchestrator/definition/check-mesh.js';
import type { CommandDesk } from '../../../src/orchestrator/command-desk.js';
import type { EdgeType } from '../../../src/mesh/edge-type.js';
import { haveCycle } from './model-state.js';
import type { ModelWorlds, StoredRows } from './model-world.js';
import type { EdgeWish } from './request.js';
import { System } from './system.js';

const OWNER = { id: 'owner', trusted: true };
const DEFAULTS = { maxAttempts: 1, executionTimeoutMs: 1000 };
const WORK = { wait: { durationMs: 1 } };
const TIME_MS = 20_000;
const TYPES: readonly EdgeType[] = ['HARD', 'SOFT', 'DATA', 'RESOURCE'];

interface Cut {
  /** Tasks on the way from this corner to the next: they come with the edit. None: an added edge. */
  readonly between: number;
  readonly type: EdgeType;
  /** Place among the edits that are sent. */
  readonly turn: number;
}

const cut: fc.Arbitrary<Cut> = fc.record({
  between: fc.nat(2),
  type: fc.constantFrom(...TYPES),
  turn: fc.nat(99),
});
/** One edit between every two neighbours of a ring of tasks that are there already. */
const ring = fc.array(cut, { minLength: 2, maxLength: 5 });

interface Edit {
  readonly tasks: readonly string[];
  readonly edges: readonly EdgeWish[];
}

function editsOf(cuts: readonly Cut[]): Edit[] {
  const edits = cuts.map(({ between, type, turn }, corner) => {
    const tasks = Array.from({ length: between }, (_, index) => `n${corner}-${index}`);
    const way = [`t${corner}`, ...tasks, `t${(corner + 1) % cuts.length}`];
    const edges = way.slice(1).map((target, index) => ({ source: way[index] as string, target, type }));
    return { turn, edit: { tasks, edges } };
  });
  return edits.sort((a, b) => a.turn - b.turn).map(({ edit }) => edit);
}

export function cycleConformance(name: string, open: () => Promise<ModelWorlds>, rings: number): void {
  describe(name, () => {
    let worlds: ModelWorlds;
    beforeAll(async () => {
      worlds = await open();
    });
    afterAll(() => worlds.close());

    it('refuses one of two edges against each other that are added at once', async () => {
      const { outcomes, rows } = await sent(worlds, editsOf([edge('HARD'), edge('HARD')]));
      const refusals = outcomes.filter((outcome) => outcome !== null);
      expect(refusals).toHaveLength(1);
      expect(refusals[0]?.code).toBe('CYCLE_DETECTED');
      expect(refusals[0]?.refusal.details?.cycle).toEqual(expect.arrayContaining(['t0', 't1']));
      expect(rows).toHaveLength(1);
    });

    it('refuses exactly one of many edits that close a cycle together, and names the cycle', {
      timeout: 2 * TIME_MS,
    }, async () => {
      const oneRefused = fc.asyncProperty(ring, async (cuts) => {
        const edits = editsOf(cuts);
        const { outcomes, rows } = await sent(worlds, edits);
        const refused = outcomes.flatMap((outcome, index) => (outcome === null ? [] : [index]));
        expect(outcomes.filter((outcome) => outcome !== null).map(({ code }) => code)).toEqual([
          'CYCLE_DETECTED',
        ]);
        const accepted = edits.filter((_, index) => !refused.includes(index)).flatMap(({ edges }) => edges);
        expect(rows.toSorted()).toEqual(accepted.map(inWords).toSorted());
        expect(haveCycle(accepted)).toBe(false);
        const cycle = outcomes[refused[0] as number]?.refusal.details?.cycle as string[];
        expect(stepsOf(cycle).toSorted()).toEqual(
          edits.flatMap(({ edges }) => edges.map(({ source, target }) => `${source} ${target}`)).toSorted(),
        );
      });
      await fc.assert(oneRefused, { seed: 1, numRuns: rings, interruptAfterTimeLimit: TIME_MS });
    });
  });
}

function edge(type: EdgeType): Cut {
  return { between: 0, type, turn: 0 };
}

/** Answers what became of each edit, and the edges that are stored. */
async function sent(
  worlds: ModelWorlds,
  edits: readonly Edit[],
): Promise<{ outcomes: (RefusedError | null)[]; rows: string[] }> {
  const system = await System.start(worlds);
  const { desk } = system;
  // held, so that none of them starts before it is named
  const tasks = edits.map((_, corner) => ({ key: `t${corner}`, hold: true, work: WORK }));
  const { meshId } = await desk.submitMesh(OWNER, valueOf(checkMesh({ name: 'ring', tasks }, DEFAULTS)));
  const idOf = keysAndIds((await system.look()).rows).idOf;
  const outcomes = await Promise.all(
    edits.map((edit) => carryOut(desk, meshId, edit, idOf).then(() => null, expected)),
  );
  const { rows } = await system.look();
  await system.close();
  const { keyOf } = keysAndIds(rows);
  const words = rows.edges.map(({ sourceId, targetId, type }) =>
    inWords({ source: keyOf(sourceId), target: keyOf(targetId), type }),
  );
  return { outcomes, rows: words };
}

function keysAndIds({ tasks }: StoredRows) {
  return {
    idOf: (key: string): string => tasks.find(({ spec }) => spec.key === key)?.id as string,
    keyOf: (id: string): string => tasks.find((task) => task.id === id)?.spec.key as string,
  };
}

async function carryOut(
  desk: CommandDesk,
  meshId: string,
  { tasks, edges }: Edit,
  idOf: (key: string) => string,
): Promise<void> {
  const [only] = edges;
  if (tasks.length === 0 && only !== undefined) {
    const { source, target, type } = only;
    await desk.addEdge(OWNER, { sourceId: idOf(source), targetId: idOf(target), type, weight: 0 });
    return;
  }
  const wishes = tasks.map((key) => ({ key, work: WORK }));
  await desk.extendMesh(OWNER, meshId, valueOf(checkExtension({ tasks: wishes, edges }, DEFAULTS)));
}

function expected(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  throw error;
}

function inWords({ source, target, type }: EdgeWish): string {
  return `${source} -${type}-> ${target}`;
}

function stepsOf(cycle: readonly string[]): string[] {
  return cycle.slice(1).map((target, index) => `${cycle[index]} ${target}`);
}

function valueOf<T>(checked: { ok: true; value: T } | { ok: false; refusal: unknown }): T {
  if (!checked.ok) throw new Error(JSON.stringify(checked.refusal));
  return checked.value;
}
