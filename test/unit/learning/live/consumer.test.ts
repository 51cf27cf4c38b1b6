import { auditOf } from '../../../../src/lifecycle/person.js';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryDatabase } from '../../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../../src/store/memory/memory-learning.js';
import { type LearningServer, learningServer } from '../../../support/learning/consumer-world.js';
import { ends, HistoryWriter } from '../../../support/learning/history.js';
import { until } from '../../../support/until.js';

const MS = 60_000;
let database: MemoryDatabase;
let store: MemoryLearning;
let history: HistoryWriter;
let servers: LearningServer[];

beforeEach(async () => {
  database = new MemoryDatabase({ now: () => 1_760_000_000_000 });
  store = new MemoryLearning(database);
  history = await HistoryWriter.over(database);
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.close();
});

function open(): LearningServer {
  const server = learningServer(store);
  servers.push(server);
  return server;
}

const ofAnn = ({ runs }: LearningServer) => runs.filter(({ requestedBy }) => requestedBy === 'ann');

async function learnAll(server: LearningServer, epoch: number): Promise<void> {
  server.consumer.lead(epoch);
  const { consumer } = server;
  await until('all is learned', () => consumer.folds.seq === history.lastSeq && consumer.isCaughtUp, MS);
  await consumer.follow();
  expect(server.failures).toEqual([]);
}

/** In few words: a difference of megabytes is no use to anybody. */
async function knowledge(): Promise<string> {
  const snapshot = (await store.state())?.folds.map((fold) => fold.snapshot).join() ?? '';
  return `${snapshot.length} ${createHash('sha256').update(snapshot).digest('hex')}`;
}

const told = (action: string) => auditOf({ id: 'ann', trusted: true }, action, { subject: null, after: {} });

describe('the fold over the history', () => {
  it(
    'is the same, byte for byte, in one go, over a change of leaders, and again from the beginning',
    async () => {
      await history.add(ends(150));
      await learnAll(open(), 1);
      await history.add(ends(60, 150));
      const second = open();
      await learnAll(second, 2);
      expect(second.learned).toHaveLength(60);
      const inTwo = await knowledge();
      expect(await store.state()).toMatchObject({
        seq: history.lastSeq,
        folds: [{ observations: 210 }],
      });
      await store.forget(2);
      await learnAll(open(), 3);
      expect(await knowledge()).toBe(inTwo);
      expect(await store.samples(1000)).toHaveLength(210);
    },
    3 * MS,
  );

  it(
    'does not learn twice what it learned before a crash took the checkpoint away',
    async () => {
      await history.add(ends(40));
      await learnAll(open(), 1);
      const once = await knowledge();
      await store.forget(1);
      const crashed = open();
      crashed.consumer.lead(2);
      await until('the samples are written', () => crashed.consumer.isCaughtUp, MS);
      await store.forget(3); // fences: the checkpoint of its end is refused
      await crashed.consumer.follow();
      expect(await store.state()).toBeUndefined();
      await learnAll(open(), 4);
      expect(await knowledge()).toBe(once);
      expect(await store.samples(1000)).toHaveLength(40);
    },
    3 * MS,
  );

  it(
    'begins anew when what is stored belongs to other models',
    async () => {
      await history.add(ends(20));
      await store.write(1, {
        state: { seq: 5, folds: [{ observations: 3, featuresVersion: 1, snapshot: '{"shape":"of old"}' }] },
      });
      const server = open();
      await learnAll(server, 2);
      expect(server.learned).toHaveLength(20);
    },
    MS,
  );

  it(
    'knows the kinds of task apart, scores what it expected before it learns, and counts failures',
    async () => {
      await history.add(ends(90));
      const server = open();
      await learnAll(server, 1);
      const fold = server.consumer.folds.ofTenant('default');
      const { RUN_TIME } = fold.scores;
      expect(RUN_TIME.type('command:steady').medianApe).toBeLessThan(0.05);
      expect(RUN_TIME.believed.n).toBeGreaterThanOrEqual(87 - 2); // the very first of each kind may be met knowing nothing
      const failed = (await store.samples(1000)).filter(({ failed: did }) => did);
      expect(failed).toHaveLength(3);
      expect(fold.parts.learners.RUN_TIME.observations).toBe(87);
    },
    MS,
  );
});

describe('trainings', () => {
  it(
    'go on in a thread, are told of and recorded, and make the next version',
    async () => {
      await history.add(ends(120));
      const server = open();
      server.consumer.lead(1);
      await until('it is trained', () => server.runs.some(({ model }) => model === 'network'), MS);
      await history.add(ends(40, 120));
      await until('it takes effect', () => server.learned.length === 160, MS);
      await server.consumer.follow();
      const run = server.runs.find(({ model }) => model === 'network');
      expect(run).toMatchObject({
        target: 'RUN_TIME',
        model: 'network',
        outcome: 'TRAINED',
        requestedBy: null,
      });
      expect(run?.curve.length).toBeGreaterThan(1);
      const steps = server.news.map(({ step }) => step);
      expect(steps.length).toBeGreaterThan(1);
      expect(server.news).toContainEqual(
        expect.objectContaining({ model: 'network', rows: run?.rows, id: run?.id }),
      );
      const recorded = await store.trainings(99);
      expect(new Set(recorded.map(({ id }) => id))).toEqual(new Set(server.runs.map(({ id }) => id)));
      const [stored] = await store.versions('network');
      expect(stored).toMatchObject({ name: 'network', family: 'NEURAL_NETWORK' });
      expect(stored?.parameters).not.toBeNull();
    },
    MS,
  );

  it(
    'that a person asked for, or cancelled, are inputs of the fold and repeated when it begins anew',
    async () => {
      await history.add(ends(60));
      const server = open();
      server.consumer.lead(1);
      await until('all is learned', () => server.consumer.isCaughtUp, MS);
      const options = { learningRate: 0.02, batchSize: 8, maxIterations: 30, seed: 3 };
      const asked = server.desk.ask('RUN_TIME', 'network', {
        by: 'ann',
        options,
        audits: [told('trainModel')],
      });
      expect(asked).toMatchObject({ requestedBy: 'ann', model: 'network' });
      expect(server.desk.ask('RUN_TIME', 'network', { by: 'bob', options })).toBeUndefined();
      await until('it is trained', () => ofAnn(server).length === 1, MS);
      await history.add(ends(30, 60));
      await until('more is learned', () => server.learned.length === 90, MS);
      const slow = { ...options, maxIterations: 10_000_000 };
      const second = server.desk.ask('RUN_TIME', 'network', { by: 'ann', options: slow });
      await until('it runs', () => server.news.some(({ id }) => id === second?.id), MS);
      expect(server.desk.cancel(`RUN_TIME ${second?.id}`, told('cancelTraining'))).toBe(true);
      await until('it is cancelled', () => ofAnn(server).length === 2, MS);
      expect(ofAnn(server)[1]).toMatchObject({ outcome: 'CANCELLED', model: 'network' });
      await until('both are told', () => store.audits.length === 2, MS);
      expect(store.audits.map(({ action }) => action)).toEqual(['trainModel', 'cancelTraining']);
      expect(server.desk.cancel(`RUN_TIME ${second?.id}`)).toBe(false);
      await history.add(ends(60, 90));
      await learnAll(server, 2);
      const known = await knowledge();
      await store.forget(2);
      const again = open();
      await learnAll(again, 3);
      expect(await knowledge()).toBe(known);
      expect(ofAnn(again)).toEqual([]); // they are recorded already
    },
    3 * MS,
  );

  it.each(['has ended', 'still runs'])(
    'that a person asked for and %s when the store is away for a moment are not lost',
    async (when) => {
      await history.add(ends(60));
      const server = open();
      server.consumer.lead(1);
      await until('all is learned', () => server.consumer.isCaughtUp, MS);
      const write = store.write.bind(store);
      let refused = 0;
      store.write = () => {
        refused++;
        return Promise.reject(new Error('away'));
      };
      const maxIterations = when === 'still runs' ? 10_000_000 : 30;
      const options = { learningRate: 0.02, batchSize: 8, maxIterations, seed: 3 };
      if (when === 'still runs') await history.add(ends(1, 60));
      const asked = { by: 'ann', options, audits: [told('trainModel')] };
      server.desk.ask('RUN_TIME', 'network', asked);
      server.consumer.look();
      await until('a write fails', () => refused > 0, MS);
      if (when === 'has ended') expect(ofAnn(server)).toHaveLength(1);
      store.write = write;
      await until('it is recorded', async () => (await store.trainings(9)).length === 1, MS);
      expect(await store.trainings(9)).toMatchObject([
        { model: 'network', requestedBy: 'ann', outcome: 'TRAINED', rows: 58 },
      ]);
      expect(store.audits.map(({ action }) => action)).toEqual(['trainModel']);
    },
    3 * MS,
  );
});
