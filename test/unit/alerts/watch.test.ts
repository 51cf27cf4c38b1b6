/** How far a look reaches: nothing that happens after a rule was made is passed over, whenever in a look the rule is made. */
import { expect, it } from 'vitest';
import type { Observed } from '../../../src/alerts/observation.js';
import { AlertWatch } from '../../../src/alerts/watch.js';
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import { SystemClock, VirtualClock } from '../../../src/kit/clock.js';
import type {
  AlertCondition,
  AlertPosition,
  AlertRuleRow,
  AlertStore,
  NewAlert,
} from '../../../src/store/alerts.js';
import type { InsightRow } from '../../../src/store/consciousness.js';
import { until } from '../../support/until.js';

/** By the clock of the database, which may be ahead of the leader's. */
const made = new Date(1000);
const ruleOf = (id: string, condition: AlertCondition, from: AlertPosition): AlertRuleRow => ({
  ...{ id, name: id, description: null, severity: 'INFO', condition, channels: [], forSeconds: 0 },
  ...{ quietSeconds: 60, repeatSeconds: null, enabled: true, silencedUntil: null, createdBy: 'owner' },
  ...{ createdAt: made, updatedAt: made, from },
});
const event = (seq: number) =>
  ({ seq, at: 0, meshId: 'm', taskId: 't', to: 'FAILED' }) as unknown as CommittedEvent;
const insight = (number: number) =>
  ({ number, at: new Date(0), kind: 'LEVEL', subject: 'BASIC', text: '' }) as InsightRow;

/** A system in which two rules are made, and something happens that they are about, behind the `step`-th question of a look. */
function systemIn(step: number) {
  const events = [event(1)];
  const insights = [insight(1)];
  const rules: AlertRuleRow[] = [];
  const raised: NewAlert[] = [];
  let position: AlertPosition = { eventSeq: 0, insightNumber: 0 };
  let asked = 0;
  let looks = 0;
  const answer = <T>(value: T): Promise<T> => {
    asked++;
    if (asked === step) {
      const from = { eventSeq: events.length, insightNumber: insights.length };
      rules.push(ruleOf('insights', { insight: { kinds: [] } }, from));
      rules.push(ruleOf('statuses', { status: { task: ['FAILED'], mesh: [], meshName: null } }, from));
      events.push(event(2));
      insights.push(insight(2));
    }
    return Promise.resolve(value);
  };
  const store = {
    rules: () => answer([...rules]),
    open: () => answer([]),
    position: () => {
      looks++;
      return answer(position);
    },
    write: (_epoch: number, write: Parameters<AlertStore['write']>[1]) => {
      position = write.position;
      raised.push(...write.raised);
      return answer(true);
    },
    prune: () => Promise.resolve(),
  } as unknown as AlertStore;
  const observed = {
    reached: () => answer({ eventSeq: events.at(-1)?.seq ?? 0, insightNumber: insights.at(-1)?.number ?? 0 }),
    eventsAfter: (after: number) =>
      answer({ events: events.filter(({ seq }) => seq > after), scannedTo: events.at(-1)?.seq ?? after }),
    insightsAfter: (after: number) => answer(insights.filter(({ number }) => number > after)),
    namesOfMeshes: () => answer(new Map([['m', 'mesh']])),
  } as unknown as Observed;
  return { store, observed, raised, looks: () => looks, asked: () => asked };
}

const NOBODY = { deliver: () => Promise.resolve(), idle: () => Promise.resolve() };

it('tells once of what happened behind a rule, whenever in a look both came', async () => {
  const told: string[][] = [];
  for (let step = 1; step <= 8; step++) {
    const system = systemIn(step);
    const watch = new AlertWatch({
      ...{ store: system.store, observed: system.observed, clock: new SystemClock(), newId: () => 'id' },
      ...{ everyMs: 1, retentionDays: 1, told: () => undefined, courier: NOBODY },
      failed: (error) => {
        throw error;
      },
    });
    watch.lead(1);
    await until('some looks', () => system.asked() > step && system.looks() > step + 3);
    await watch.follow();
    told.push(system.raised.map(({ ruleId }) => ruleId).sort());
  }
  expect(told).toEqual(told.map(() => ['insights', 'statuses']));
});

it('counts on how long a number has been broken, and what came, over looks whose commit fails', async () => {
  const metric = { name: 'lost', labels: [], statistic: 'RATE', comparison: 'ABOVE', threshold: 0 } as const;
  const value = { ...metric, name: 'late', statistic: 'VALUE' } as const;
  const from = { eventSeq: 0, insightNumber: 0 };
  const lasting = { ...ruleOf('lasting', { metric: value }, from), forSeconds: 5 };
  const raised = new Map<string, number>();
  const clock = new VirtualClock();
  const failures: unknown[] = [];
  let looks = 0;
  const store = {
    rules: () => Promise.resolve([ruleOf('rate', { metric }, from), lasting]),
    open: () => Promise.resolve([...raised.keys()].map((id) => ({ id, ruleId: id, subject: subjectOf(id) }))),
    position: () => Promise.resolve(from),
    write: (_epoch: number, write: Parameters<AlertStore['write']>[1]) => {
      if (failures.length < 2) return Promise.reject(new Error('away'));
      for (const { ruleId } of write.raised) raised.set(ruleId, clock.monotonic());
      return Promise.resolve(true);
    },
    prune: () => Promise.resolve(),
  } as unknown as AlertStore;
  const subjectOf = (id: string): string => (id === 'rate' ? 'lost' : 'late');
  const observed = {
    reached: () => Promise.resolve({ eventSeq: looks, insightNumber: 0 }),
    families: () => {
      looks++;
      const series = (name: string, number: number) => ({
        ...{ name, type: 'counter', series: [{ labels: {}, value: number, buckets: [] }] },
      });
      // something is lost between the first look and the second, and never again
      return Promise.resolve([series('lost', looks === 1 ? 0 : 7), series('late', 1)]);
    },
  } as unknown as Observed;
  const watch = new AlertWatch({
    ...{ store, observed, clock, newId: () => 'id', everyMs: 1000, retentionDays: 1, courier: NOBODY },
    told: () => undefined,
    failed: (error) => failures.push(error),
  });
  watch.lead(1);
  for (let second = 0; second < 20; second++) {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
  await watch.follow();
  expect(failures.length).toBe(2);
  expect([...raised.keys()].sort()).toEqual(['lasting', 'rate']);
  expect(raised.get('lasting')).toBeLessThan(8000);
});

it('goes on with the other rules where one cannot be looked at, and leaves its alerts as they are', async () => {
  const metric = { name: 'late', labels: [], statistic: 'VALUE', comparison: 'ABOVE', threshold: 0 } as const;
  const deadline = { of: 'MESH', seconds: 1, name: null, ahead: true } as const;
  const from = { eventSeq: 0, insightNumber: 0 };
  const writes: Parameters<AlertStore['write']>[1][] = [];
  const failures: unknown[] = [];
  const store = {
    rules: () => Promise.resolve([ruleOf('broken', { deadline }, from), ruleOf('whole', { metric }, from)]),
    open: () => Promise.resolve([{ id: 'kept', ruleId: 'broken', subject: 'mesh m', severity: 'INFO' }]),
    position: () => Promise.resolve(from),
    write: (_epoch: number, write: Parameters<AlertStore['write']>[1]) => {
      writes.push(write);
      return Promise.resolve(true);
    },
    prune: () => Promise.resolve(),
  } as unknown as AlertStore;
  const observed = {
    reached: () => Promise.resolve(from),
    meshesOlderThan: () => Promise.reject(new Error('cannot be estimated')),
    families: () =>
      Promise.resolve([{ name: 'late', type: 'gauge', series: [{ labels: {}, value: 1, buckets: [] }] }]),
  } as unknown as Observed;
  const watch = new AlertWatch({
    ...{ store, observed, clock: new SystemClock(), newId: () => 'id', everyMs: 1, retentionDays: 1 },
    ...{ courier: NOBODY, told: () => undefined, failed: (error) => failures.push(error) },
  });
  watch.lead(1);
  await until('a look', () => writes.length > 0);
  await watch.follow();
  expect(writes[0]?.raised).toMatchObject([{ ruleId: 'whole', subject: 'late' }]);
  expect(writes[0]?.resolved).toEqual([]);
  expect(failures[0]).toMatchObject({ message: 'cannot be estimated' });
});
