/** Predictions change scheduling only while a decision says so: by level, by veto, and each change with its row. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Level } from '../../../../src/consciousness/evolution/level.js';
import type { DecisionKind } from '../../../../src/consciousness/decisions/decision.js';
import type { MandateKind } from '../../../../src/consciousness/live/mandates/mandate.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { errorClassOf } from '../../../../src/learning/error-class.js';
import { factsOf } from '../../../../src/orchestrator/advice/task-facts.js';
import type {
  Advisor,
  LayerCandidate,
  MeshOutline,
  StartedAttempt,
  TaskFacts,
} from '../../../../src/orchestrator/advisor.js';
import { COMMAND, specOf } from '../../../support/core-harness.js';
import { prediction } from '../../../support/learning-rows.js';
import { uuid } from '../../../support/store/batches.js';
import { MindWorld, replayed, type Server, turns } from '../../../support/consciousness/mind-world.js';

const PLACES: LayerCandidate[] = [
  { layer: 'LOCAL', transferSeconds: 0 },
  { layer: 'CLUSTER', transferSeconds: 0 },
];
const HOUR = 3_600_000;
const ANN = { by: 'ann', why: 'test' };
const START = { task: 0, candidates: [] };
const SECONDS = { LOCAL: 30, CLUSTER: 10, QUANTUM_SIM: 30 } as const;
const GiB = 2 ** 30;

let world: MindWorld;
let outdated = 0;
const CLASS = errorClassOf('EXIT_1');
const CHANGE = {
  before: 1000,
  after: 2828,
  predictedGain: 0.3,
  realisedGain: 0.2,
  since: 7,
  reverted: false,
};

/** Two slots are held to be best, of eight. */
const WISH = {
  ...{ parameter: 'concurrency, slots', scope: 'LOCAL', configured: 8, held: 2, begins: true },
  change: { ...CHANGE, before: 8, after: 2 },
};

const SLOWER = { machine: 'LOCAL@here', offset: Math.log(2), doubt: 0 };

/** Everything is known better than by the static rule. */
const LEARNED: Required<Omit<Advisor, 'gate' | 'order'>> = {
  estimate: ({ spec }) => {
    const p50 = SECONDS[spec.layer ?? 'LOCAL'];
    return { p10: p50 / 2, p50, p90: 2 * p50 };
  },
  chooseLayer: () => 'CLUSTER',
  plannerOf: () => ({
    started: () => undefined,
    ended: () => undefined,
    outdated: () => outdated++,
    decide: () => ({ starts: [START], waits: [], cost: 1 }),
  }),
  rateNode: () => 4,
  timeoutMs: () => 90_000,
  memoryBytes: () => 3 * GiB,
  retryMs: () => null,
  started: () => undefined,
  observe: () => undefined,
  settled: () => undefined,
};

const task = (kind = 'align', meshName: string | null = 'nightly'): TaskFacts => ({
  ...factsOf(
    specOf(kind, {
      work: COMMAND,
      typeKey: `command:${kind}`,
      executionTimeoutMs: 300_000,
      hasDefaultTimeout: true,
    }),
  ),
  meshName,
});
const outline = (facts: TaskFacts): MeshOutline => ({
  places: PLACES.map(({ layer }) => ({ layer, node: null, slots: 1 })),
  tasks: [{ facts: () => facts, priority: 1, children: [], inputs: [], allowed: [true, true] }],
});

interface Question {
  /** By which an answer may be otherwise than that of the static rule; none: it changes nothing, or a person chose it. */
  readonly kinds: readonly DecisionKind[];
  readonly differs: (server: Server, facts: TaskFacts) => boolean;
}

const NOTHING: Question = { kinds: [], differs: () => false };

/** Every question of the contract and what else asks whether it may: a new one does not compile before its decision is named here. */
const QUESTIONS: Readonly<Record<keyof Required<Advisor> | 'mayTune' | 'mayHeed', Question>> = {
  estimate: { kinds: ['ORDER'], differs: ({ advisor }, facts) => advisor.estimate(facts) !== null },
  chooseLayer: {
    kinds: ['LAYER'],
    differs: ({ advisor }, facts) => advisor.chooseLayer(facts, PLACES) !== 'LOCAL',
  },
  plannerOf: {
    kinds: ['LAYER'],
    differs: ({ advisor }, facts) => {
      const plan = advisor.plannerOf?.(outline(facts));
      const moment = { nowSeconds: 0, ready: [0], running: [], foreign: [] };
      return (plan?.decide(moment).starts.length ?? 0) > 0;
    },
  },
  timeoutMs: { kinds: ['TIMEOUT'], differs: ({ advisor }, facts) => advisor.timeoutMs?.(facts) !== null },
  memoryBytes: { kinds: ['MEMORY'], differs: ({ advisor }, facts) => advisor.memoryBytes?.(facts) !== null },
  retryMs: { kinds: ['RETRY'], differs: ({ advisor }) => advisor.retryMs?.('EXIT_1', 'command:x') !== null },
  gate: {
    kinds: ['CIRCUIT_BREAK', 'HOLD', 'QUARANTINE'], // `rows-first.test.ts` has histories in which it closes
    differs: ({ gate }, { spec }) => !gate.isOpen && gate.waitMs('t', spec) > 0,
  },
  order: {
    kinds: ['POLICY', 'SHARE'], // `quantum.test.ts` and `transcendent.test.ts` have meshes
    differs: ({ advisor }) => advisor.order?.isIdle === false,
  },
  mayTune: { kinds: ['CONCURRENCY'], differs: ({ live }) => live.mayTune(WISH) },
  mayHeed: { kinds: ['DRIFT'], differs: ({ live }) => live.mayHeed(SLOWER) },
  rateNode: NOTHING, // asked for by a policy that a person chose
  started: NOTHING,
  observe: NOTHING,
  settled: NOTHING,
};

/** Those of the answers that are not those of the static rule. */
function changes(server: Server, facts: TaskFacts): DecisionKind[] {
  const changed = Object.values(QUESTIONS).filter(({ differs }) => differs(server, facts));
  return [...new Set(changed.flatMap(({ kinds }) => kinds))];
}

const subjectOf = (kind: DecisionKind, { meshName, typeKey }: TaskFacts): string => {
  if (kind === 'DRIFT') return SLOWER.machine;
  if (kind === 'CONCURRENCY') return 'concurrency, slots of LOCAL';
  if (kind === 'ORDER' || kind === 'LAYER') return meshName ?? 'tasks without a named mesh';
  return kind === 'RETRY' ? CLASS : typeKey;
};

async function leading(initialLevel: Level): Promise<Server> {
  return await world.leading({ initialLevel, evolutionRate: 0 });
}

/** Asked once, so that mandates are asked for, and again when their rows are written. */
async function asked(server: Server, facts = task()): Promise<DecisionKind[]> {
  changes(server, facts);
  await turns();
  return changes(server, facts);
}

async function anHour(): Promise<void> {
  world.clock.advance(HOUR);
  await world.pass(5250);
}

const started = (facts: TaskFacts, more: Partial<StartedAttempt> = {}): StartedAttempt => ({
  ...{ key: { taskId: 't', attempt: 1, token: 1 }, task: facts, meshId: 'm', layer: 'CLUSTER', node: 'n' },
  ...{ candidates: PLACES, planned: [], placement: null, timeoutMs: 90_000, memoryBytes: 3 * GiB, ...more },
});

beforeEach(async () => {
  world = await MindWorld.open();
  outdated = 0;
  world.learned = LEARNED;
  world.tuned = [{ errorClass: CLASS, ms: 2828, change: CHANGE }];
});

describe('a change of scheduling by what was learned', () => {
  it.each([1, 2, 3, 4])(
    'has its row, which is stored, open and acts, whatever happens (history %i)',
    async (seed) => {
      const server = await leading('METACOGNITIVE');
      const random = new SeededRandom(`mandates ${seed}`);
      const tasks = [task('align'), task('sort', 'weekly'), task('call', null)];
      let changed = 0;
      for (let tick = 0; tick < 150; tick++) {
        const rows = await world.decisions({ open: true, mode: 'ACTING' });
        const which = random.int(12);
        const row = rows[random.int(Math.max(1, rows.length))];
        if (which === 0 && row !== undefined) await server.live.book.veto(row.id, ANN);
        if (which === 1 && row !== undefined) await server.live.book.undo(row.id, ANN);
        if (which === 2)
          world.tuned = [{ errorClass: CLASS, ms: 1500 + random.int(9) * 500, change: CHANGE }];
        if (which === 3) {
          const to = server.live.levels.active === 'BASIC' ? 'METACOGNITIVE' : 'BASIC';
          await server.live.levels.force(
            { to, who: 'ann', why: 'test', acceptRisk: true },
            world.clock.wall(),
          );
          await server.live.book.enforce();
        }
        if (which === 4) await anHour();
        const facts = tasks[random.int(tasks.length)] as TaskFacts;
        const acting = await world.decisions({ open: true, mode: 'ACTING' });
        for (const kind of changes(server, facts)) {
          changed++;
          const its = acting.filter((one) => one.kind === kind && one.subject === subjectOf(kind, facts));
          expect(its, `${kind} in tick ${tick}`).toHaveLength(1);
          if (kind === 'RETRY') expect(its[0]?.parameters).toMatchObject({ ms: world.tuned[0]?.ms });
        }
        await turns();
      }
      expect(changed).toBeGreaterThan(30);
      expect(world.failures).toEqual([]);
    },
  );

  it('is none before the row is written, while the store refuses, and on a server that follows', async () => {
    const server = await leading('COGNITIVE');
    expect(changes(server, task())).toEqual([]);
    const refused = await leading('COGNITIVE');
    await world.store.write(9, {}); // another epoch
    expect(await asked(refused)).toEqual([]);
    const following = world.server({ initialLevel: 'COGNITIVE' });
    expect(await asked(following)).toEqual([]);
  });

  it('goes by level: BASIC answers failures, COGNITIVE follows predictions as well; the rest is thought', async () => {
    const basic = await leading('BASIC');
    expect(await asked(basic)).toEqual(['RETRY']);
    const thought = (await world.decisions({ mode: 'SHADOW' })).sort((a, b) => (a.kind < b.kind ? 1 : -1));
    expect(thought.map(({ kind }) => kind)).toEqual([
      ...['TIMEOUT', 'ORDER', 'MEMORY', 'LAYER', 'DRIFT', 'CONCURRENCY'],
    ]);
    expect(thought[1]).toMatchObject({ chosen: 'by predictions', staticChoice: 'by medians of each kind' });
    expect(thought[1]?.reason).toContain('only thought: BASIC may not do this');
    const request = { to: 'COGNITIVE', who: 'ann', why: 'test', acceptRisk: true } as const;
    await basic.live.levels.force(request, world.clock.wall());
    await world.pass(5250); // the time in which it is looked after
    expect(await asked(basic)).toEqual(['ORDER', 'LAYER', 'TIMEOUT', 'MEMORY', 'RETRY']);
    await basic.live.levels.force({ ...request, to: 'METACOGNITIVE' }, world.clock.wall());
    await world.pass(5250);
    expect(await asked(basic)).toEqual(expect.arrayContaining(['CONCURRENCY', 'DRIFT']));
    await basic.live.levels.force({ ...request, to: 'BASIC' }, world.clock.wall());
    await basic.live.book.enforce();
    expect(changes(basic, task())).toEqual(['RETRY']);
  });

  it('ends with a veto, a plan that is made already as well, and the like is then only thought', async () => {
    const server = await leading('METACOGNITIVE');
    await asked(server);
    const facts = task();
    const plan = server.advisor.plannerOf?.(outline(facts));
    const decide = () => plan?.decide({ nowSeconds: 0, ready: [0], running: [], foreign: [] }).starts;
    expect(decide()).toEqual([START]);
    const [row] = await world.decisions({ kind: 'LAYER', open: true });
    expect(outdated).toBe(0);
    const [drift] = await world.decisions({ kind: 'DRIFT', open: true });
    await server.live.book.veto(drift?.id as string, ANN);
    expect([decide(), outdated]).toEqual([[START], 1]); // ranked anew without it
    await server.live.book.veto(row?.id as string, ANN);
    expect(decide()).toEqual([]);
    await turns();
    expect(decide()).toEqual([]);
    expect(await world.decisions({ kind: 'LAYER', mode: 'SHADOW' })).toHaveLength(1);
    expect(changes(server, task('align', 'weekly'))).not.toContain('LAYER'); // has a mandate of its own
    expect(await asked(server, task('align', 'weekly'))).toContain('LAYER');
  });

  it('leaves nodes to a policy that a person chose', async () => {
    const server = await leading('BASIC');
    const facts = task();
    expect(server.advisor.rateNode?.(facts, {} as never)).toBe(4);
    const nodes = outline(facts).places.map((place) => ({ ...place, node: {} as never }));
    expect(server.advisor.plannerOf?.({ ...outline(facts), places: nodes })).not.toBeNull();
  });

  it('is one decision for all kinds of task beyond 200', async () => {
    const server = await leading('COGNITIVE');
    for (let at = 0; at < 210; at++) server.advisor.timeoutMs?.(task(`kind-${at}`));
    await turns();
    expect(server.advisor.timeoutMs?.(task('kind-205'))).toBe(90_000);
    const rows = await world.decisions({ kind: 'TIMEOUT' });
    expect(rows).toHaveLength(201);
    expect(rows.at(-1)?.subject).toBe('all others');
  });
});

describe('what came of it', () => {
  const outcome = async (kind: MandateKind) => {
    await world.pass(5250); // a run that has ended is scored
    await anHour();
    const [row] = await world.decisions({ kind, open: false });
    return row?.outcome;
  };

  it('in another place is the time that it took against what was expected in the first with room', async () => {
    const server = await leading('COGNITIVE');
    const facts = task();
    await asked(server, facts);
    server.advisor.started?.(started(facts));
    server.advisor.settled?.({ taskId: 't', spec: facts.spec, runMs: 12_000, failureCode: null });
    expect(await outcome('LAYER')).toMatchObject({
      affected: 1,
      cost: 12 / 30,
      staticCost: 1,
      regret: 12 / 30 - 1,
    });
  });

  it('of drift is told by starts that keep away from where they would be without it', async () => {
    world.choices = { heeding: { chooseLayer: () => 'CLUSTER' }, steady: { chooseLayer: () => 'LOCAL' } };
    const server = await leading('METACOGNITIVE');
    const facts = task();
    await asked(server, facts);
    server.advisor.started?.(started(facts));
    server.advisor.settled?.({ taskId: 't', spec: facts.spec, runMs: 12_000, failureCode: null });
    expect(await outcome('DRIFT')).toMatchObject({ affected: 1, cost: 12 / 30, staticCost: 1 });
    const [row] = await world.decisions({ kind: 'DRIFT' });
    expect(row).toMatchObject({ subject: 'LOCAL@here', chosen: 'count 2 times as long' });
    expect(row?.staticChoice).toBe('as if nothing had changed');
  });

  it('in shadow is the reverse, and changed nothing', async () => {
    const server = await leading('BASIC');
    const facts = task();
    await asked(server, facts);
    server.advisor.started?.(started(facts, { layer: 'LOCAL' }));
    server.advisor.settled?.({ taskId: 't', spec: facts.spec, runMs: 25_000, failureCode: null });
    expect(await outcome('LAYER')).toMatchObject({ affected: 0, cost: 10 / 25, staticCost: 1 });
  });

  it('of another order is told by runs that were replayed in both', async () => {
    world.twin = () => Promise.resolve({ ...replayed({ LEARNED: 80, STATIC: 100 }), meshName: 'nightly' });
    const server = await leading('COGNITIVE');
    await asked(server);
    const predicted = {
      ...prediction(1),
      meshId: uuid(2),
      medians: { 'type-median': 2 },
      actual: 1,
      regret: 0,
    };
    await world.learning.savePredictions([predicted]);
    server.live.meshEnded(uuid(2));
    expect(await outcome('ORDER')).toMatchObject({ cost: 0.8, staticCost: 1, covered: true });
    await asked(server);
    const [row] = await world.decisions({ kind: 'ORDER', open: true });
    expect(row?.expectedEffect).toBeCloseTo(0.1); // halfway from nothing, which counts as one
  });

  it('of a limit is what was stopped sooner, and what the default would have stopped', async () => {
    const server = await leading('COGNITIVE');
    const facts = task();
    await asked(server, facts);
    const settled = (runMs: number, failureCode: string | null) =>
      server.advisor.settled?.({ taskId: 't', spec: facts.spec, runMs, failureCode });
    server.advisor.started?.(started(facts));
    settled(90_000, 'EXECUTION_TIMEOUT');
    settled(400_000, null);
    expect(await outcome('TIMEOUT')).toMatchObject({ affected: 1, saved: 1, cost: 490 / 1000 });
  });

  it('of slots is told by what came of the change; another value is another decision', async () => {
    const { live } = await leading('METACOGNITIVE');
    live.mayTune(WISH);
    await turns();
    expect([live.mayTune(WISH), live.mayTune({ ...WISH, begins: false })]).toEqual([true, true]);
    const other = { ...WISH, held: 3, change: { ...WISH.change, before: 2, after: 3, realisedGain: null } };
    expect(live.mayTune(other)).toBe(false);
    await turns();
    const [row] = await world.decisions({ kind: 'CONCURRENCY', open: false });
    expect(row).toMatchObject({ chosen: '2, and look around', staticChoice: '8, as configured' });
    expect(row?.outcome).toMatchObject({ affected: 1, cost: 0.8, staticCost: 1 });
    live.mayTune(other);
    await turns();
    expect(live.mayTune(other)).toBe(true);
  });

  it('of a retry is told by what was promised of the change; another change is another decision', async () => {
    const server = await leading('BASIC');
    expect(await asked(server)).toContain('RETRY');
    world.tuned = [{ errorClass: CLASS, ms: 500, change: CHANGE }];
    expect(changes(server, task())).not.toContain('RETRY');
    await world.pass(10_250); // the other one ends, and this one is asked for without a failure
    expect(server.advisor.retryMs?.('EXIT_1', 'command:x')).toBe(500);
    const rows = await world.decisions({ kind: 'RETRY' });
    const promised = (effect: number): number => Number(effect.toFixed(6));
    expect(rows.map(({ chosen, expectedEffect }) => [chosen, promised(expectedEffect)])).toEqual([
      ['first retry after 2.83 s', 0.3],
      ['first retry after 500 ms', 0.3],
    ]);
    expect(rows[0]).toMatchObject({
      staticChoice: 'first retry as configured',
      subject: errorClassOf('EXIT_1'),
    });
    expect(rows[0]?.outcome).toMatchObject({ affected: 1, cost: 0.8, staticCost: 1 });
  });
});
