/** Which due times have come, in time zones with their changes of clocks, and what becomes of what was missed. */
import { describe, expect, it } from 'vitest';
import { timingFaults } from '../../../src/orchestrator/schedule/cron-times.js';
import { dueTimes, nextDue } from '../../../src/orchestrator/schedule/due-times.js';

const BERLIN = { timeZone: 'Europe/Berlin', startsAt: null, endsAt: null };

function following(cron: string, from: string, count: number): string[] {
  const times: string[] = [];
  for (let at = nextDue({ ...BERLIN, cron }, new Date(from)); at && times.length < count; )
    at = nextDue({ ...BERLIN, cron }, (times.push(at.toISOString().slice(0, 16)), at));
  return times;
}

function due(
  cron: string,
  { from, now, ...more }: { from: string; now: string; catchUp?: 'NONE' | 'LAST'; endsAt?: string },
) {
  const endsAt = more.endsAt === undefined ? null : new Date(more.endsAt);
  const schedule = {
    cron,
    timeZone: 'UTC',
    startsAt: null,
    endsAt,
    catchUp: more.catchUp ?? ('NONE' as const),
  };
  const found = dueTimes(schedule, new Date(from), new Date(now));
  const shown = (time: Date | null): string | null => time && time.toISOString().slice(11, 19);
  return { run: found.run.map(shown), missed: found.missed, next: shown(found.nextAt) };
}

describe('a schedule', () => {
  it('runs what does not exist when clocks go forward once they have, and the next day at its hour', () => {
    expect(following('30 2 * * *', '2030-03-30T12:00:00Z', 2)).toEqual([
      '2030-03-31T01:00',
      '2030-04-01T00:30',
    ]);
  });

  it('runs a fixed hour once when clocks go back, and what is more frequent without a gap', () => {
    expect(following('30 2 * * *', '2030-10-26T12:00:00Z', 2)).toEqual([
      '2030-10-27T00:30',
      '2030-10-28T01:30',
    ]);
    expect(following('*/30 * * * *', '2030-10-26T23:50:00Z', 4)).toEqual([
      '2030-10-27T00:00',
      '2030-10-27T00:30',
      '2030-10-27T01:00',
      '2030-10-27T01:30',
    ]);
  });

  it('runs all that is on time, in order', () => {
    const times = { from: '2030-01-01T00:00:00Z', now: '2030-01-01T00:00:02.500Z' };
    expect(due('* * * * * *', times)).toEqual({
      run: ['00:00:00', '00:00:01', '00:00:02'],
      missed: 0,
      next: '00:00:03',
    });
  });

  it('lets go what was missed, or runs the last of it, unless something is due on time', () => {
    const times = { from: '2030-01-01T00:00:00Z', now: '2030-01-01T03:30:00Z' };
    expect(due('0 * * * *', times)).toEqual({ run: [], missed: 4, next: '04:00:00' });
    expect(due('0 * * * *', { ...times, catchUp: 'LAST' })).toEqual({
      run: ['03:00:00'],
      missed: 3,
      next: '04:00:00',
    });
    const onTime = { ...times, now: '2030-01-01T03:00:30Z', catchUp: 'LAST' } as const;
    expect(due('0 * * * *', onTime)).toEqual({ run: ['03:00:00'], missed: 3, next: '04:00:00' });
  });

  it('does not count for ever what was missed for long', () => {
    const times = { from: '2030-01-01T00:00:00Z', now: '2030-02-01T00:00:30Z', catchUp: 'LAST' } as const;
    const found = due('*/10 * * * * *', times);
    expect([found.run, found.next]).toEqual([
      ['23:59:30', '23:59:40', '23:59:50', '00:00:00', '00:00:10', '00:00:20', '00:00:30'],
      '00:00:40',
    ]);
    const daily = { ...times, now: '2031-01-01T12:00:00Z' };
    expect(due('0 0 * * *', daily)).toEqual({ run: ['00:00:00'], missed: 199, next: '00:00:00' });
  });

  it('has nothing due before its begin and after its end', () => {
    const ended = {
      from: '2030-01-01T00:00:00Z',
      now: '2030-01-01T00:00:05Z',
      endsAt: '2030-01-01T00:00:01Z',
    };
    expect(due('* * * * * *', ended)).toEqual({ run: ['00:00:00', '00:00:01'], missed: 0, next: null });
    const startsAt = new Date('2030-06-01T00:00:00Z');
    const first = nextDue({ ...BERLIN, cron: '0 2 * * *', startsAt }, new Date('2030-01-01T00:00:00Z'));
    expect(first?.toISOString()).toBe('2030-06-01T00:00:00.000Z');
  });

  it('is refused with what is wrong', () => {
    const fault = (cron: string, timeZone = 'UTC') => timingFaults({ cron, timeZone })[0];
    expect(fault('61 * * * *')?.message).toMatch(/cron expression.*minute: 61/);
    expect(fault('0 0 30 2 *')?.message).toBe('is never due again');
    expect(fault('* * * * *', 'Mars/Olympus')).toMatchObject({ path: 'timeZone' });
    expect(fault('*/5 * * * *')).toBeUndefined();
  });
});
