/** The fold over the history: the same whoever drives it and how often it begins anew, and what it makes of what happened. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { FoldConsumer } from '../../../../src/consciousness/live/fold/consumer.js';
import { MindWorld, type Server } from '../../../support/consciousness/mind-world.js';
import { ends } from '../../../support/learning/history.js';

const ALL = { limit: 1000 };
let world: MindWorld;

beforeEach(async () => {
  world = await MindWorld.open();
});

async function foldAll({ live }: Server): Promise<void> {
  await world.pass(1000);
  expect(live.consumer.isCaughtUp).toBe(true);
  expect(live.consumer.fold.seq).toBe(world.history.lastSeq);
  const following = live.follow();
  await world.pass(10);
  await following;
  expect(world.failures).toEqual([]);
}

const tell = (consumer: FoldConsumer, id: string) =>
  consumer.tell({
    ...{ id, kind: 'DEPLOY', subject: 'db', text: 'v2', payload: {}, by: 'ann' },
    at: new Date(world.clock.wall()),
  });

describe('what is known', () => {
  it('is the same, byte for byte, in one go, over a change of leaders with an event told between, and again from the beginning', async () => {
    await world.history.add(ends(150));
    await foldAll(await world.leading({}, 1));
    const second = await world.leading({}, 2);
    await world.pass(1000);
    const told = tell(second.live.consumer, 'e1');
    await world.pass(1000);
    expect((await told).seq).toBe(world.history.lastSeq);
    await world.history.add(ends(60, 150));
    await foldAll(second);
    const inTwo = (await world.store.state()).fold;
    const [patterns, episodes] = [await world.store.patterns({}, ALL), await world.store.episodes(1000)];
    expect(inTwo?.seq).toBe(world.history.lastSeq);
    expect(episodes.length).toBeGreaterThan(20);
    await world.store.forget(2);
    await foldAll(await world.leading({}, 3));
    expect((await world.store.state()).fold).toEqual(inTwo);
    expect((await world.store.patterns({}, ALL)).map(({ id }) => id)).toEqual(patterns.map(({ id }) => id));
    expect(await world.store.episodes(1000)).toEqual(episodes);
  });

  it('holds failures as episodes with their surprise, and finds those that are alike', async () => {
    const server = await world.leading();
    await world.history.add(ends(60));
    await world.pass(1000);
    const episodes = await world.store.episodes(1000);
    const failed = episodes.filter((one) => one.failed);
    expect(failed).toHaveLength(2);
    expect(failed[1]?.surprise).toBeGreaterThan(2);
    const [like] = server.live.consumer.fold.recall(
      { signature: failed[1]?.signature ?? '', typeKey: 'command:steady', features: [], terms: [] },
      1,
    );
    expect(like).toMatchObject({ by: 'SIGNATURE', episode: { typeKey: 'command:steady' } });
  });

  it('names kinds that fail more than others, with insight and evidence', async () => {
    await world.leading();
    const flaky = Array.from({ length: 60 }, (_, at) => ({
      kind: 'flaky',
      seconds: 1,
      failed: at % 2 === 0,
    }));
    await world.history.add([...ends(90), ...flaky]);
    await world.pass(1000);
    const [pattern] = await world.store.patterns({ kind: 'FAILING_TYPE', holds: true }, ALL);
    expect(pattern).toMatchObject({ subject: 'command:flaky' });
    const insights = await world.store.insights({ kind: 'FAILING_TYPE' }, ALL);
    expect(insights).toMatchObject([{ patternId: pattern?.id, text: pattern?.text }]);
  });

  it('takes what was told from outside for a circumstance of what began soon after', async () => {
    const { live } = await world.leading();
    const run = async (count: number, failed: boolean) => {
      await world.history.add(Array.from({ length: count }, () => ({ kind: 'load', seconds: 1, failed })));
      await world.pass(1000);
    };
    await run(60, false);
    const told = tell(live.consumer, 'e1');
    await world.pass(1000);
    await told;
    await run(40, true);
    const found = await world.store.patterns({ kind: 'ASSOCIATION' }, ALL);
    expect(found.map(({ evidence }) => evidence.factor)).toContain('DEPLOY of db within 30 min before');
  });

  it('names groups of kinds that are alike by text and run time, and none that are not', async () => {
    const kinds = ['align genome reads', 'export warehouse tables', 'render lecture video'].flatMap(
      (text, group) =>
        ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'].map((name) => ({
          kind: `${text} ${name}`,
          group,
        })),
    );
    for (let run = 0; run < 28; run++) {
      await world.history.add(
        kinds.map(({ kind, group }, at) => ({
          kind,
          seconds: 4 ** (group + 1) * (1 + ((at + run) % 5) / 20),
        })),
      );
      world.clock.advance(10_000);
    }
    await world.leading();
    await world.pass(5_000);
    const patterns = await world.store.patterns({ kind: 'GROUP', holds: true }, ALL);
    expect(patterns.map(({ subject }) => subject.split('\n').length)).toEqual([6, 6, 6]);
    const [genome] = patterns.filter(({ subject }) => subject.includes('genome'));
    expect(genome?.subject).not.toContain('video');
    expect(genome?.evidence.words).toContain('genom');
    expect(genome?.text).toContain('take nearly the same time');
    const insights = await world.store.insights({ kind: 'GROUP' }, ALL);
    expect(insights.map(({ patternId }) => patternId)).toContain(genome?.id);
  });

  it('names a kind that fails soon after another one failed, and not the other way round', async () => {
    for (let round = 0; round < 75; round++) {
      const isTrouble = round % 3 === 0;
      await world.history.add([{ kind: 'source', seconds: 1, failed: isTrouble }]);
      world.clock.advance(60_000);
      const failed = isTrouble ? round % 4 !== 0 : round % 20 === 1;
      await world.history.add([
        { kind: 'sink', seconds: 1, failed },
        { kind: 'bystander', seconds: 1, failed: round % 10 === 1 },
      ]);
      world.clock.advance(600_000);
    }
    await world.leading();
    await world.pass(5_000);
    const patterns = await world.store.patterns({ kind: 'PRECEDENCE', holds: true }, ALL);
    expect(patterns.map(({ subject }) => subject)).toEqual(['FAILED\ncommand:source\ncommand:sink']);
    expect(patterns[0]?.text).toContain('attempts of command:sink that began within 5 min after');
    const insights = await world.store.insights({ kind: 'PRECEDENCE' }, ALL);
    expect(insights.map(({ patternId }) => patternId)).toEqual([patterns[0]?.id]);
  });

  it('names a kind that is slow soon after another one failed', async () => {
    for (let round = 0; round < 90; round++) {
      const isTrouble = round >= 15 && round % 3 === 0;
      await world.history.add([{ kind: 'source', seconds: 1, failed: isTrouble }]);
      world.clock.advance(60_000);
      const seconds = (isTrouble ? 3 : 1) * (1 + (round % 5) / 20);
      await world.history.add([
        { kind: 'sink', seconds },
        { kind: 'bystander', seconds: 1 + (round % 7) / 20 },
      ]);
      world.clock.advance(600_000);
    }
    await world.leading();
    await world.pass(5_000);
    const patterns = await world.store.patterns({ kind: 'PRECEDENCE', holds: true }, ALL);
    expect(patterns.map(({ subject }) => subject)).toEqual(['SLOW\ncommand:source\ncommand:sink']);
    expect(patterns[0]?.text).toMatch(/after a failure of command:source \d+ were slow/);
  });

  it('is stored for servers that follow', async () => {
    await world.history.add(ends(30));
    await foldAll(await world.leading());
    const follower = world.server();
    await follower.live.recall();
    expect(follower.live.consumer.fold.seq).toBe(world.history.lastSeq);
    expect(follower.live.consumer.fold.memory.size).toBe((await world.store.episodes(100)).length);
  });
});
