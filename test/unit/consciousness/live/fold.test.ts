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

  it('is stored for servers that follow', async () => {
    await world.history.add(ends(30));
    await foldAll(await world.leading());
    const follower = world.server();
    await follower.live.recall();
    expect(follower.live.consumer.fold.seq).toBe(world.history.lastSeq);
    expect(follower.live.consumer.fold.memory.size).toBe((await world.store.episodes(100)).length);
  });
});
