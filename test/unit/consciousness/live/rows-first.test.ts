/** No change of scheduling without a decision: whatever happens, who is held back is so by a row that is stored, acting and open. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import type { Advisor } from '../../../../src/orchestrator/advisor.js';
import { factsOf } from '../../../../src/orchestrator/advice/task-facts.js';
import { COMMAND, specOf } from '../../../support/core-harness.js';
import { MindWorld, needing, type Server, turns } from '../../../support/consciousness/mind-world.js';

const DEPENDENCIES = ['warehouse', 'queue', 'mail'];
const SPECS = [...DEPENDENCIES.map((name) => needing(name)), specOf('sync', { typeKey: 'command:sync' })];
const ANN = { by: 'ann', why: 'test' };

/** How many starts were held back; throws where one was without its row. */
async function heldByRows(world: MindWorld, { live }: Server, tick: number): Promise<number> {
  let held = 0;
  const open = new Map((await world.decisions({ open: true })).map((row) => [row.id, row]));
  for (const [at, spec] of SPECS.entries()) {
    if (live.gate.isOpen || live.gate.waitMs(`t${tick}-${at}`, spec) === 0) continue;
    held++;
    const ids = live.gate.decisionsOn(spec);
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(open.get(id)).toMatchObject({ mode: 'ACTING', outcome: null });
  }
  return held;
}

async function happen(world: MindWorld, server: Server, random: SeededRandom): Promise<void> {
  const which = random.int(10);
  const [open] = await world.decisions({ open: true });
  if (which === 0 && open !== undefined) await server.live.book.veto(open.id, ANN);
  else if (which === 1 && open !== undefined) await server.live.book.undo(open.id, ANN);
  else if (which < 8) {
    const failing = random.next() < 0.5;
    const spec = SPECS[random.int(DEPENDENCIES.length)];
    for (let at = 0; at < 5 && spec !== undefined; at++)
      server.advisor.settled?.({ taskId: 't', spec, runMs: 500, failureCode: failing ? 'EXIT_1' : null });
  }
  await world.end(server, { kind: 'sync', seconds: 2, failed: world.clock.wall() % 60_000 >= 55_000 });
  await world.pass(5000);
}

describe('a start that is held back', () => {
  it.each([1, 2, 3, 4])('has its row, whatever happens (history %i)', async (seed) => {
    const world = await MindWorld.open();
    const server = await world.leading({ initialLevel: 'COGNITIVE' });
    const random = new SeededRandom(`rows ${seed}`);
    let held = 0;
    for (let tick = 0; tick < 200; tick++) {
      await happen(world, server, random);
      held += await heldByRows(world, server, tick);
    }
    expect(held).toBeGreaterThan(5);
    expect(world.failures).toEqual([]);
  });

  it('is none while the store refuses, and none of a leader that is no longer', async () => {
    const world = await MindWorld.open();
    const server = await world.leading();
    await world.store.write(9, {}); // another epoch
    for (let at = 0; at < 10; at++)
      server.advisor.settled?.({
        taskId: 't',
        spec: needing('warehouse'),
        runMs: 500,
        failureCode: 'EXIT_1',
      });
    await turns();
    expect(server.gate.isOpen).toBe(true);
    expect(await world.decisions()).toEqual([]);
  });
});

describe('every other advice', () => {
  it('is that of the advisor beneath, all of the contract', async () => {
    const world = await MindWorld.open();
    const { live } = world.server();
    const told: unknown[] = [];
    const estimate = { p10: 1, p50: 2, p90: 3 };
    const inner: Required<Omit<Advisor, 'gate' | 'order'>> = {
      estimate: () => estimate,
      chooseLayer: () => 'CLUSTER',
      plannerOf: () => null,
      rateNode: () => 4,
      timeoutMs: () => 5,
      memoryBytes: () => 6,
      retryMs: () => 7,
      started: (one) => told.push(one),
      observe: (one) => told.push(one),
      settled: (one) => told.push(one),
    };
    const over = live.advisorOver(inner, inner);
    const facts = factsOf(specOf('a', { work: COMMAND }));
    expect(over.estimate(facts)).toBe(estimate);
    expect(over.chooseLayer(facts, [])).toBe('CLUSTER');
    expect([
      over.rateNode?.(facts, {} as never),
      over.timeoutMs?.(facts),
      over.memoryBytes?.(facts),
      over.retryMs?.('X', 'command:x'),
    ]).toEqual([4, 5, 6, 7]);
    const said = [{ typeKey: 'x', runSeconds: 1 }, { spec: facts.spec, runMs: 1, failureCode: null }, {}];
    over.observe(said[0] as never);
    over.settled?.(said[1] as never);
    over.started?.(said[2] as never);
    expect(told).toEqual(said);
  });
});
