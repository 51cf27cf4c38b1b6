/** A mesh that gets no turn: people are told within 30 seconds, once, and the alert ends with its turn. */
import { expect, it } from 'vitest';
import { MindWorld, needing } from '../../../support/consciousness/mind-world.js';

it('is told of within 30 s, and the alert ends when it gets a turn', async () => {
  const world = await MindWorld.open();
  const { advisor } = await world.leading();
  world.waiting = [{ meshId: 'starved', begun: 1 }];
  for (let s = 0; s < 30; s++) {
    advisor.settled?.({ taskId: 't', spec: needing('', 'other'), runMs: 900, failureCode: null });
    await world.pass(1000);
  }
  const [alert, ...more] = await world.decisions({ kind: 'ALERT' });
  expect(more).toEqual([]);
  expect(alert).toMatchObject({ subject: 'starved', mode: 'ACTING', outcome: null });
  expect(alert?.reason).toContain('without a start');
  expect(await world.store.insights({ kind: 'ALERT' }, { limit: 9 })).toMatchObject([
    { decisionId: alert?.id },
  ]);
  world.waiting = [{ meshId: 'starved', begun: 2 }];
  await world.pass(6000);
  expect((await world.decisions({ kind: 'ALERT' }))[0]?.outcome).toMatchObject({
    ended: 'DONE',
    regret: null,
  });
});
