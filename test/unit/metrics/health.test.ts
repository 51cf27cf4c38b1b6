/** Readiness: the phases, the checks, and what probing may cost. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { databaseCheck, eventLoopCheck, leadershipCheck } from '../../../src/metrics/health/checks.js';
import { Health, type HealthCheck } from '../../../src/metrics/health/health.js';

const well = databaseCheck(async () => {});
const unwell = databaseCheck(() => Promise.reject(new Error('connection refused')));

function health(
  checks: readonly HealthCheck[],
  phase: 'STARTING' | 'READY' | 'DRAINING' = 'READY',
): { health: Health; clock: VirtualClock } {
  const clock = new VirtualClock();
  const made = new Health(clock, checks);
  made.enter(phase);
  return { health: made, clock };
}

describe('health', () => {
  it('is ready only between starting and draining', async () => {
    const { health: subject } = health([well], 'STARTING');
    expect(await subject.report()).toMatchObject({ status: 'starting', ready: false });
    subject.enter('READY');
    expect(await subject.report()).toMatchObject({ status: 'ok', ready: true });
    subject.enter('DRAINING');
    expect(await subject.report()).toMatchObject({ status: 'draining', ready: false });
  });

  it('never goes back to an earlier phase', () => {
    const { health: subject } = health([], 'DRAINING');
    expect(() => subject.enter('READY')).toThrow(/DRAINING is not followed by READY/);
  });

  it('is not ready without the database, and says why', async () => {
    const { health: subject } = health([unwell]);
    expect(await subject.report()).toMatchObject({
      status: 'degraded',
      ready: false,
      checks: [{ name: 'database', ok: false, detail: 'connection refused' }],
    });
    expect(subject.readyAsFarAsKnown).toBe(false);
  });

  it('stays ready when it follows another leader or its event loop is late', async () => {
    const { health: subject } = health([
      leadershipCheck(
        () => false,
        () => 'another:1:a',
      ),
      eventLoopCheck(() => 2.5),
    ]);
    expect(await subject.report()).toMatchObject({
      status: 'degraded',
      ready: true,
      checks: [
        { detail: 'follows another:1:a', ok: true },
        { detail: 'late by 2500 ms: this process is overloaded', ok: false },
      ],
    });
  });

  it('gives a check that does not answer two seconds', async () => {
    const { health: subject, clock } = health([databaseCheck(() => new Promise(() => {}))]);
    const report = subject.report();
    clock.advance(2000);
    expect(await report).toMatchObject({
      ready: false,
      checks: [{ detail: 'no answer within 2 s', seconds: 2 }],
    });
  });

  it('leaves no timer behind', async () => {
    const { health: subject, clock } = health([well]);
    await subject.report();
    expect(clock.timerCount).toBe(0);
  });

  it('asks the database at most twice a second, however often it is probed', async () => {
    let pings = 0;
    const { health: subject, clock } = health([databaseCheck(async () => void pings++)]);
    await Promise.all([subject.report(), subject.report()]);
    await subject.report();
    expect(pings).toBe(1);
    clock.advance(500);
    await subject.report();
    expect(pings).toBe(2);
  });
});
