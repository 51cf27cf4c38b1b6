/**
 * Outcomes that the leader knows nothing of: told before, or late, or of an attempt of the next leader, where that leads already
 * and this one has not heard of it. What it is done with here, nobody hears again.
 */
import { beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import { ClusterLayer } from '../../../../src/layers/cluster/cluster-layer.js';
import { outcomeReport, packReports } from '../../../../src/layers/cluster/messages.js';
import type { QueueBackend, TakeMessage } from '../../../../src/layers/cluster/queue-backend.js';
import type { AttemptKey } from '../../../../src/lifecycle/task.js';
import { completed, ranFor } from '../../../../src/work/outcome.js';
import { keyOf, nodeOf, viewOf } from '../../../support/cluster/cluster-nodes.js';

const KEY: AttemptKey = { taskId: '01890a5d-ac96-774b-bcce-b302099a8057', attempt: 1, token: 7 };

let layer: ClusterLayer;
let take: TakeMessage;
let late: AttemptKey[];
let refused: string[];
/** Answers the question whether this process still leads. */
let answer: (leads: boolean) => void;
let asked: number;

beforeEach(async () => {
  late = [];
  refused = [];
  asked = 0;
  const backend = {
    worker: (_name: string, taking: TakeMessage) => {
      take = taking;
      return { close: async () => undefined };
    },
  } as unknown as QueueBackend;
  layer = new ClusterLayer({
    clock: new VirtualClock(),
    policy: 'RESOURCE_BASED',
    openBackend: () => Promise.resolve(backend),
    onError: (error) => expect.unreachable(error.message),
    onRefused: (reason, node) => refused.push(`${reason} ${node}`),
  });
  await layer.look(viewOf(nodeOf('one'), nodeOf('two', { incarnation: 9, state: 'LOST' })));
  layer.lead({
    nodesChanged: () => undefined,
    runs: () => false,
    late: (key) => void late.push(key),
    lateLine: () => undefined,
    linesStored: () => Promise.resolve(),
    stillLeads: () => {
      asked++;
      return new Promise((resolve) => (answer = resolve));
    },
  });
});

/** What a node says: answers whether this process is done with it. */
function told(ref: string, tokens: readonly number[] = [KEY.token]): { isDone: boolean } {
  const outcome = JSON.stringify(completed(1, ranFor(0)));
  const reports = tokens.map((token) => outcomeReport({ ...KEY, token }, outcome));
  const data = packReports({ ref, key: keyOf(ref.split(':')[0] as string) }, 1, reports);
  const state = { isDone: false };
  void take({ name: 'reports', data } as Parameters<TakeMessage>[0]).then(() => (state.isDone = true));
  return state;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it.each([true, false])('from a living node one is done with only by who still leads: %s', async (leads) => {
  const [{ name, incarnation }] = layer.nodes() as [ReturnType<typeof nodeOf>];
  const state = told(`${name}:${incarnation}`);
  await turn();
  expect(state.isDone).toBe(false);
  answer(leads);
  await turn();
  expect(state.isDone).toBe(leads);
  expect(late).toEqual([]);
});

it.each([true, false])('from a node that is gone one is late only for who still leads: %s', async (leads) => {
  const state = told('two:9');
  await turn();
  expect(late).toEqual([]);
  answer(leads);
  await turn();
  expect(late).toEqual(leads ? [KEY] : []);
  expect(state.isDone).toBe(false);
  if (leads) layer.recorded(KEY.token);
  await turn();
  expect(state.isDone).toBe(leads);
});

it('the database is asked once for all that come together', async () => {
  const [{ name, incarnation }] = layer.nodes() as [ReturnType<typeof nodeOf>];
  const states = [
    told(`${name}:${incarnation}`, [1, 2, 3]),
    told(`${name}:${incarnation}`, [4]),
    told('two:9', [5]),
  ];
  await turn();
  expect(asked).toBe(1);
  answer(true);
  await turn();
  expect(states.map(({ isDone }) => isDone)).toEqual([true, true, false]);
  expect(late.map(({ token }) => token)).toEqual([5]);
});
