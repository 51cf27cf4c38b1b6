/** The promises of `LearningStore`, for every implementation; a database of its own per test. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/kit/json.js';
import type { LearningStore } from '../../../src/store/learning.js';
import type { Store } from '../../../src/store/store.js';
import { ALARM, BOUNDS, MODEL, prediction, sample, TRAINING, TUNING } from '../../support/learning-rows.js';
import { attempt, edge, Leader, mesh, move, outcome, spec, task, uuid } from '../../support/store/batches.js';

export interface LearningWorld {
  readonly store: Store;
  readonly learning: LearningStore;
  close(): Promise<void>;
}

const M = uuid(1);
const [A, B, C, D] = [uuid(10), uuid(11), uuid(12), uuid(13)] as const;
const COMMAND = { command: { argv: ['node', 'x.mjs'] } } as const;
const FAILURE = { kind: 'ERROR', code: 'EXIT_1', message: 'exit 1' } as const;
const works = (key: string, more: object = {}) =>
  spec({ key, typeKey: `command:${key}`, work: COMMAND, ...more });

export function learningConformance(name: string, makeWorld: () => Promise<LearningWorld>): void {
  describe(name, () => {
    let world: LearningWorld;
    let learning: LearningStore;
    let leader: Leader;
    beforeEach(async () => {
      world = await makeWorld();
      ({ learning } = world);
      leader = await Leader.of(world.store);
    });
    afterEach(() => world.close());

    const told = (type: string, taskId: string, payload: JsonObject = {}) => ({
      type,
      meshId: M,
      taskId,
      payload,
    });
    /** Until history is in its tables, which learning waits for and never asks for. */
    const settled = () => world.store.eventsAfter(0, {}, 1);

    /** Answers the token of the first attempt: the number of the event that tells its start. */
    async function start(
      ids: readonly string[],
      from: 'QUEUED' | 'RETRYING',
      number: number,
      payload: JsonObject = {},
    ): Promise<number> {
      const token = leader.eventSeq + 1;
      await leader.commit(
        {
          transitions: ids.map((id) =>
            move(id, from, 'RUNNING', { attempt: number, fromAttempt: number - 1 }),
          ),
          attempts: ids.map((id, at) => attempt(id, { attempt: number, token: token + at })),
        },
        ids.map((id) => told('TASK_STARTED', id, payload)),
      );
      return token;
    }
    let tokenOfC = 0;

    /** a → b by DATA, a → c, d waits; a fails once and completes, b completes, c and d run. */
    async function history(): Promise<void> {
      const queued = { status: 'QUEUED', queued: true } as const;
      await leader.commit(
        {
          meshes: [mesh(M, { name: 'nightly' })],
          tasks: [
            task(A, M, { ...queued, spec: works('a', { metadata: { inputBytes: 7 } }) }),
            task(B, M, { ...queued, ordinal: 1, spec: works('b') }),
            task(C, M, { ...queued, ordinal: 2, spec: works('c') }),
            task(D, M, { ...queued, ordinal: 3, spec: spec({ key: 'd' }) }),
          ],
          edges: [edge(uuid(20), M, [A, B], { type: 'DATA' }), edge(uuid(21), M, [A, C])],
        },
        [told('MESH_SUBMITTED', A)],
      );
      const first = await start([A], 'QUEUED', 1);
      await leader.commit(
        {
          transitions: [move(A, 'RUNNING', 'RETRYING', { failure: FAILURE })],
          outcomes: [outcome(A, M, { token: first, outcome: 'FAILED', failure: FAILURE })],
        },
        [told('TASK_RETRYING', A, { attempt: 1 })],
      );
      const second = await start([A], 'RETRYING', 2);
      await leader.commit(
        {
          transitions: [move(A, 'RUNNING', 'COMPLETED', { fromAttempt: 2, output: { rows: 3 } })],
          outcomes: [outcome(A, M, { attempt: 2, token: second })],
        },
        [told('TASK_COMPLETED', A, { attempt: 2, runMs: 12.5 })],
      );
      const third = await start([B, C, D], 'QUEUED', 1, { depth: 1, followingSeconds: 7.5 });
      tokenOfC = third + 1;
      await leader.commit(
        {
          transitions: [B, D].map((id) => move(id, 'RUNNING', 'COMPLETED', { output: null })),
          outcomes: [outcome(B, M, { token: third }), outcome(D, M, { token: third + 2 })],
        },
        [B, D].map((id) => told('TASK_COMPLETED', id, { attempt: 1, runMs: 12.5 })),
      );
      await settled();
    }

    describe('the history', () => {
      it('tells of attempts that ended by themselves in the order of their ends, but not of those that wait', async () => {
        await history();
        const { ended, scannedTo } = await learning.endedAfter(0);
        expect(ended.map(({ taskId, attempt: number }) => [taskId, number])).toEqual([
          [A, 1],
          [A, 2],
          [B, 1],
        ]);
        expect(ended[0]).toMatchObject({ typeKey: 'command:a', layer: 'LOCAL', node: 'here' });
        expect(scannedTo).toBe(leader.eventSeq);
        const [, second] = ended;
        const later = await learning.endedAfter(second?.seq ?? 0);
        expect(later.ended.map(({ taskId }) => taskId)).toEqual([B]);
        expect(await learning.endedAfter(scannedTo)).toEqual({ ended: [], scannedTo });
      });

      it('leaves out attempts that were lost, and a time-out in the queue, which had no attempt', async () => {
        await history();
        const lost = { kind: 'CRASHED', code: 'LOST', message: 'lost' } as const;
        await leader.commit(
          {
            transitions: [move(C, 'RUNNING', 'QUEUED', { crashes: 1, queued: true })],
            outcomes: [outcome(C, M, { token: tokenOfC, outcome: 'CRASHED', failure: lost })],
          },
          [told('TASK_QUEUED', C, { attempt: 1 })],
        );
        const timeout = { kind: 'TIMEOUT', code: 'QUEUE_TIMEOUT', message: 'waited' } as const;
        await leader.commit(
          {
            transitions: [
              move(C, 'QUEUED', 'FAILED', { attempt: 1, fromAttempt: 1, crashes: 1, failure: timeout }),
            ],
          },
          [told('TASK_FAILED', C, { attempt: 1, failure: { ...timeout } })],
        );
        await settled();
        const { ended } = await learning.endedAfter(0);
        expect(ended.map(({ taskId }) => taskId)).toEqual([A, A, B]);
      });

      it('tells of an attempt all that was known before it, and how it went', async () => {
        await history();
        const { ended } = await learning.endedAfter(0);
        const [first, second, b] = await learning.factsOf(ended);
        expect(first).toMatchObject({
          meshId: M,
          meshName: 'nightly',
          parents: 0,
          children: 2,
          depth: 0,
          followingSeconds: null,
          inputCount: 0,
          inputBytes: 0,
          lastError: null,
          endedBefore: null,
          waitMs: 2.5,
          outcome: 'FAILED',
          errorCode: 'EXIT_1',
          runMs: 12.5,
          cpuMs: 3,
          memoryPeakBytes: 5_000_000_000,
          outputBytes: null,
        });
        expect(first?.spec).toEqual(works('a', { metadata: { inputBytes: 7 } }));
        expect(first?.startedAt).toBeLessThanOrEqual(first?.at ?? 0);
        expect(second).toMatchObject({
          attempt: 2,
          lastError: 'EXIT_1',
          outcome: 'COMPLETED',
          outputBytes: 10,
        });
        expect(second?.endedBefore).toBeGreaterThanOrEqual(first?.startedAt ?? Infinity);
        expect(second?.endedBefore).toBeLessThanOrEqual(first?.at ?? 0);
        expect(b).toMatchObject({ taskId: B, parents: 1, children: 0, inputCount: 1, inputBytes: 10 });
        expect(b).toMatchObject({ depth: 1, followingSeconds: 7.5 });
        expect(await learning.factsOf([])).toEqual([]);
      });
    });

    describe('what the fold writes', () => {
      const fold = { observations: 3, featuresVersion: 1, snapshot: '{"a":[1,2.5,null]}' };
      const state = { seq: 9, folds: [fold] };

      it('is its state, as it was given', async () => {
        expect(await learning.state()).toBeUndefined();
        expect(await learning.write(1, { state })).toBe(true);
        expect(await learning.state()).toEqual(state);
        const [own, theirs] = [
          { ...fold, snapshot: '[]' },
          { ...fold, tenant: 'acme', observations: 1 },
        ];
        await learning.write(1, { state: { seq: 12, folds: [own] } });
        await learning.write(1, { state: { seq: 13, folds: [theirs] } });
        const both = (await learning.state())?.folds.toSorted((a, b) => a.observations - b.observations);
        expect(both).toEqual([theirs, own]);
        await learning.write(1, { state: { seq: 14, folds: [] }, forgotten: ['acme'] });
        expect(await learning.state()).toEqual({ seq: 14, folds: [own] });
      });

      it('is of each tenant its own', async () => {
        const tenant = 'acme';
        const kind = { ...prediction(1), taskId: uuid(77), typeKey: 'acme/command:x' };
        await learning.write(1, {
          models: [MODEL, { ...MODEL, tenant, rows: 1 }],
          trainings: [TRAINING, { ...TRAINING, tenant, rows: 1 }],
          alarms: [{ ...ALARM, seq: 901, tenant }],
          tunings: [{ ...TUNING, id: 'of acme', tenant }],
        });
        await learning.savePredictions([prediction(1), kind]);
        expect((await learning.models(tenant)).map(({ rows }) => rows)).toEqual([1]);
        expect((await learning.models()).map(({ rows }) => rows)).toEqual([MODEL.rows]);
        expect(await learning.versions(MODEL.name, tenant)).toEqual([{ ...MODEL, tenant, rows: 1 }]);
        expect(await learning.trainings(9, tenant)).toEqual([{ ...TRAINING, tenant, rows: 1 }]);
        expect(await learning.trainings(9)).toEqual([TRAINING]);
        expect([await learning.alarms(9), (await learning.alarms(9, tenant)).length]).toEqual([[], 1]);
        expect([await learning.tunings(9), (await learning.tunings(9, tenant)).length]).toEqual([[], 1]);
        const of = async (whose: string) =>
          (await learning.predictions({ tenant: whose }, { first: 9 })).nodes;
        expect([await of('default'), await of(tenant)]).toEqual([[prediction(1)], [kind]]);
      });

      it('is nothing when a later epoch has written', async () => {
        await learning.write(7, { state });
        expect(await learning.write(6, { state: { ...state, seq: 1 }, samples: [sample(1)] })).toBe(false);
        expect(await learning.forget(6)).toBe(false);
        expect(await learning.samples(9)).toEqual([]);
        expect(await learning.state()).toEqual(state);
        expect(await learning.write(8, { samples: [sample(1)] })).toBe(true);
      });

      it('is samples, each once however often it is written, the newest asked for and the oldest of these first', async () => {
        const rows = [1, 2, 3].map((seq) => sample(seq));
        await learning.write(1, { samples: rows });
        await learning.write(1, {
          samples: [...rows, sample(4, { typeKey: 'command:\u0000other', failed: true })],
        });
        expect(await learning.samples(2)).toEqual([
          rows[2],
          sample(4, { typeKey: 'command:\u0000other', failed: true }),
        ]);
        expect(await learning.samples(9, 'command:a')).toEqual(rows);
      });

      it('is versions of models, told without their parameters by the newest and with them by name', async () => {
        const second = { ...MODEL, version: 2, trainedAt: new Date(MODEL.trainedAt.getTime() + 1000) };
        const other = { ...MODEL, target: 'FAILURE' };
        await learning.write(1, { models: [MODEL, other, second] });
        const later = { metrics: { n: 9 }, championOf: ['command:b'], parameters: { bias: 2 } };
        await learning.write(1, { models: [{ ...second, ...later }] });
        const { parameters: _, ...told } = { ...second, metrics: { n: 9 }, championOf: ['command:b'] };
        const { parameters: __, ...toldOther } = other;
        expect(await learning.models()).toEqual([toldOther, told]);
        const versions = await learning.versions(MODEL.name);
        expect(versions.map(({ target, version }) => [target, version])).toEqual([
          ['RUN_TIME', 2],
          ['FAILURE', 1],
          ['RUN_TIME', 1],
        ]);
        expect(versions[0]).toEqual({ ...second, ...later });
        expect(versions[2]).toEqual(MODEL);
        expect(await learning.versions('nothing')).toEqual([]);
      });

      it('is trainings, alarms and changes of parameters, newest first', async () => {
        const later = (at: Date): Date => new Date(at.getTime() + 5);
        const training = { ...TRAINING, id: 'x@2', startedAt: later(TRAINING.startedAt) };
        const alarm = { ...ALARM, seq: ALARM.seq + 1 };
        const tuning = { ...TUNING, id: 't2', at: later(TUNING.at) };
        await learning.write(1, {
          trainings: [TRAINING, training],
          alarms: [ALARM, alarm],
          tunings: [TUNING, tuning],
        });
        const reverted = { ...TUNING, realisedGain: -0.1, revertedAt: later(TUNING.at) };
        await learning.write(1, { trainings: [TRAINING], alarms: [ALARM], tunings: [reverted] });
        expect(await learning.trainings(9)).toEqual([training, TRAINING]);
        expect(await learning.alarms(9)).toEqual([alarm, ALARM]);
        expect(await learning.tunings(9)).toEqual([tuning, reverted]);
        expect(await learning.trainings(1)).toEqual([training]);
        expect(await learning.alarms(1)).toEqual([alarm]);
        expect(await learning.tunings(1)).toEqual([tuning]);
      });

      it('is forgotten when the fold is to begin anew, but for models, trainings and predictions', async () => {
        await learning.write(1, { state, samples: [sample(1)], models: [MODEL], trainings: [TRAINING] });
        await learning.savePredictions([prediction(1)]);
        expect(await learning.forget(1)).toBe(true);
        expect(await learning.state()).toBeUndefined();
        expect(await learning.samples(9)).toEqual([]);
        expect(await learning.models()).toHaveLength(1);
        expect(await learning.trainings(9)).toHaveLength(1);
        expect((await learning.predictions({}, { first: 9 })).nodes).toHaveLength(1);
      });
    });

    describe('predictions', () => {
      it('get their actual when it comes and stay what they were', async () => {
        await learning.savePredictions([prediction(1), prediction(2)]);
        await learning.savePredictions([prediction(1, { p50: 99, p95: 100, actual: 4.5, regret: 0.25 })]);
        const { nodes } = await learning.predictions({}, { first: 9 });
        expect(nodes).toEqual([prediction(2), prediction(1, { actual: 4.5, regret: 0.25 })]);
        await learning.savePredictions([]);
      });

      it('are found by task, mesh, kind, model and whether they are scored', async () => {
        const other = prediction(2, {
          meshId: uuid(5),
          typeKey: 'command:b',
          model: 'trees',
          actual: 1,
          regret: 0,
        });
        await learning.savePredictions([prediction(1), other]);
        const found = async (filter: Parameters<LearningStore['predictions']>[0]) =>
          (await learning.predictions(filter, { first: 9 })).nodes.map(({ taskId }) => taskId);
        const one = [prediction(1).taskId];
        const two = [other.taskId];
        expect(await found({ taskId: one[0] as string })).toEqual(one);
        expect(await found({ meshId: uuid(5) })).toEqual(two);
        expect(await found({ typeKey: 'command:b' })).toEqual(two);
        expect(await found({ model: 'trees' })).toEqual(two);
        expect(await found({ scored: true })).toEqual(two);
        expect(await found({ scored: false })).toEqual(one);
        expect(await found({ scored: false, model: 'trees' })).toEqual([]);
      });

      it('come in pages that hold each once', async () => {
        const rows = [1, 2, 3, 4, 5].map((number) =>
          prediction(number, number > 3 ? { at: prediction(3).at } : {}),
        );
        await learning.savePredictions(rows);
        const seen: string[] = [];
        for (let after: string | null = null, more = true; more; ) {
          const page: Awaited<ReturnType<LearningStore['predictions']>> = await learning.predictions(
            {},
            { first: 2, after },
          );
          seen.push(...page.nodes.map(({ taskId }) => taskId));
          after = page.cursors.at(-1) ?? null;
          more = page.hasNextPage;
        }
        expect(seen).toEqual([5, 4, 3, 2, 1].map((number) => prediction(number).taskId));
        await expect(learning.predictions({}, { first: 2, after: 'nonsense' })).rejects.toMatchObject({
          refusal: { code: 'INVALID_INPUT' },
        });
      });
    });

    it('keeps of everything only the newest', async () => {
      const models = [1, 2, 3].map((version) => ({ ...MODEL, version }));
      const trainings = [1, 2, 3].map((at) => ({ ...TRAINING, id: `x@${at}`, startedAt: new Date(at) }));
      const alarms = [1, 2, 3].map((seq) => ({ ...ALARM, seq }));
      const tunings = [1, 2, 3].map((at) => ({ ...TUNING, id: `t${at}`, at: new Date(at) }));
      const samples = [1, 2, 3].map((seq) => sample(seq));
      await learning.write(1, { samples, models, trainings, alarms, tunings });
      await learning.savePredictions([1, 2, 3].map((number) => prediction(number)));
      await learning.prune(BOUNDS);
      expect(await learning.samples(9)).toEqual(samples);
      await learning.prune({ samples: 2, predictions: 2, versions: 2, trainings: 2, alarms: 2, tunings: 2 });
      expect(await learning.samples(9)).toEqual(samples.slice(1));
      expect((await learning.versions(MODEL.name)).map(({ version }) => version)).toEqual([3, 2]);
      expect(await learning.trainings(9)).toEqual([trainings[2], trainings[1]]);
      expect(await learning.alarms(9)).toEqual([alarms[2], alarms[1]]);
      expect(await learning.tunings(9)).toEqual([tunings[2], tunings[1]]);
      const { nodes } = await learning.predictions({}, { first: 9 });
      expect(nodes).toEqual([prediction(3), prediction(2)]);
    });
  });
}
