/** What becomes of findings: raised once, for long enough, told again, over, silent. */
import { describe, expect, it } from 'vitest';
import { type Case, type Finding, judge } from '../../../src/alerts/judgement.js';
import { matches } from '../../../src/alerts/observation.js';
import { Readings } from '../../../src/alerts/readings.js';
import type { AlertRuleRow, MetricCondition, OpenAlert } from '../../../src/store/alerts.js';

const webhook = { url: 'https://a.example', secret: 'S' };
const rule: AlertRuleRow = {
  id: 'r',
  name: 'rule',
  description: null,
  severity: 'WARNING',
  condition: { insight: { kinds: [] } },
  channels: [{ webhook }, { email: { to: ['a@b.c'] } }],
  forSeconds: 0,
  quietSeconds: 60,
  repeatSeconds: null,
  enabled: true,
  silencedUntil: null,
  createdBy: 'owner',
  createdAt: new Date(0),
  updatedAt: new Date(0),
  from: { eventSeq: 0, insightNumber: 0 },
};
const metric: AlertRuleRow = { ...rule, condition: { metric: {} as MetricCondition } };
const finding = (subject: string, occurrences = 1): Finding => ({
  subject,
  text: subject,
  value: 1,
  occurrences,
});
const openAlert = (subject: string, more: Partial<OpenAlert> = {}): OpenAlert => ({
  ...{ id: `open ${subject}`, ruleId: 'r', subject, severity: 'WARNING', acknowledged: false },
  ...{ quietSeconds: 0, untoldSeconds: 0, ...more },
});

function judged(more: Partial<Case>) {
  let made = 0;
  const given = { rule, findings: [], open: [], pending: new Map(), now: 0, wall: 0, ...more };
  return judge(given, () => `id ${++made}`);
}

describe('a finding', () => {
  it('is an alert that every channel tells of, under ids that stay the same', () => {
    const { raised, deliveries } = judged({ findings: [finding('a')] });
    expect(raised).toMatchObject([{ id: 'id 1', subject: 'a', ruleName: 'rule', severity: 'WARNING' }]);
    expect(deliveries.map(({ id }) => id)).toEqual(['id 1:RAISED:0', 'id 1:RAISED:1']);
  });

  it('of something that is open already occurs again and raises nothing', () => {
    const verdict = judged({ findings: [finding('a', 3)], open: [openAlert('a')] });
    expect(verdict.raised).toEqual([]);
    expect(verdict.again).toMatchObject([{ id: 'open a', occurrences: 3 }]);
  });

  it('that has to last is raised when it has lasted without a break', () => {
    const pending = new Map<string, number>();
    const lasting = { ...metric, forSeconds: 10 };
    const at = (now: number, findings: Finding[]) =>
      judged({ rule: lasting, pending, now, findings }).raised.length;
    expect(at(0, [finding('a')])).toBe(0);
    expect(at(9_000, [finding('a')])).toBe(0);
    expect(at(9_500, [])).toBe(0);
    expect(at(10_000, [finding('a')])).toBe(0);
    expect(at(20_000, [finding('a')])).toBe(1);
  });

  it('beyond a hundred open ones is dropped and counted', () => {
    const findings = Array.from({ length: 150 }, (_, index) => finding(`s${index}`));
    const { raised, dropped } = judged({ findings });
    expect([raised.length, dropped]).toEqual([100, 50]);
  });
});

describe('an open alert', () => {
  it('of a number is over when it is not found any more', () => {
    const { resolved, deliveries } = judged({ rule: metric, open: [openAlert('a')] });
    expect(resolved).toEqual(['open a']);
    expect(deliveries.map(({ phase }) => phase)).toEqual(['RESOLVED', 'RESOLVED']);
  });

  it('of what happens is over after a quiet time', () => {
    expect(judged({ open: [openAlert('a', { quietSeconds: 59 })] }).resolved).toEqual([]);
    expect(judged({ open: [openAlert('a', { quietSeconds: 60 })] }).resolved).toEqual(['open a']);
  });

  it('is told again until it is acknowledged', () => {
    const repeating = { ...rule, repeatSeconds: 60 };
    const repeated = (more: Partial<OpenAlert>) =>
      judged({ rule: repeating, open: [openAlert('a', more)] }).repeated.length;
    expect(repeated({ untoldSeconds: 59 })).toBe(0);
    expect(repeated({ untoldSeconds: 60 })).toBe(1);
    expect(repeated({ untoldSeconds: 60, acknowledged: true })).toBe(0);
  });
});

it('a silenced rule records and tells nobody', () => {
  const silenced = { ...rule, silencedUntil: new Date(1000) };
  const { raised, deliveries } = judged({ rule: silenced, findings: [finding('a')], wall: 999 });
  expect([raised.length, deliveries.length]).toEqual([1, 0]);
  expect(judged({ rule: silenced, findings: [finding('a')], wall: 1000 }).deliveries).toHaveLength(2);
});

it('a name fits a pattern with stars', () => {
  const fitting = ['a', 'a*', '*a', '*', 'n*t*y', 'nightly*'].map((pattern) => matches(pattern, 'nightly'));
  expect(fitting).toEqual([false, false, false, true, true, true]);
  expect([matches('aa*aa', 'aaa'), matches('a*a', 'aa'), matches(null, 'x')]).toEqual([false, true, true]);
});

it('a percentile is of what came since the last look', () => {
  const condition: MetricCondition = {
    name: 's',
    labels: [],
    statistic: 'P95',
    comparison: 'ABOVE',
    threshold: 0.5,
  };
  const readings = new Readings();
  const look = (slow: number, quick: number, isCommitted = true) => {
    readings.begin();
    const buckets = [
      { le: 0.1, cumulative: quick },
      { le: 1, cumulative: quick + slow },
      { le: Number.POSITIVE_INFINITY, cumulative: quick + slow },
    ];
    const family = { name: 's', type: 'histogram', series: [{ labels: {}, value: 0, buckets }] };
    const found = readings.findings({ id: 'r' }, condition, { family, now: 0 }).length;
    if (isCommitted) readings.end();
    return found;
  };
  expect([look(100, 0), look(100, 100), look(200, 100), look(200, 100)]).toEqual([0, 0, 1, 0]);
  // a look that is not committed is as if it had not been
  expect([look(300, 100, false), look(300, 100, false), look(300, 100), look(300, 100)]).toEqual([
    1, 1, 1, 0,
  ]);
});
