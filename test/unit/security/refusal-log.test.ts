/** A flood of refused attempts cannot fill the audit. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { RefusalLog } from '../../../src/security/refusal-log.js';
import { MemoryAudit } from '../../support/identity/memory-security.js';

const STRANGER = { tenant: 'default', actor: 'unknown', role: null, action: 'authenticate' };
const WHY = { code: 'UNAUTHENTICATED', why: 'never given out' };

function fresh() {
  const [audit, clock] = [new MemoryAudit(), new VirtualClock()];
  const log = new RefusalLog(audit, clock, () => undefined);
  const flood = (addresses: number): void => {
    for (let i = 0; i < addresses; i++)
      log.note({ ...STRANGER, address: `10.0.${i >> 8}.${i & 255}`, ...WHY });
  };
  const timesTold = (): number =>
    audit.rows.reduce((sum, { after }) => sum + (after as { times: number }).times, 0);
  const aSecond = async (): Promise<void> => {
    clock.advance(1000);
    await new Promise(setImmediate);
  };
  return { audit, log, flood, timesTold, aSecond };
}

it('writes the first of a kind within a second, and those that follow as one entry a minute', async () => {
  const { audit, log, aSecond } = fresh();
  for (let second = 0; second < 120; second++) {
    for (let i = 0; i < 100; i++) log.note({ ...STRANGER, address: '10.0.0.1', ...WHY });
    await aSecond();
  }
  await log.stop();
  expect(audit.rows.length).toBeLessThanOrEqual(5);
  expect(audit.rows[0]).toMatchObject({
    actor: 'unknown',
    refusal: 'UNAUTHENTICATED',
    after: { times: 100 },
  });
});

it('counts all of them, and tells few kinds apart when there are many', async () => {
  const { audit, log, flood, timesTold, aSecond } = fresh();
  for (let second = 0; second < 200; second++) {
    flood(300);
    await aSecond();
  }
  await log.stop();
  expect(timesTold()).toBe(60_000);
  expect(audit.rows.length).toBeLessThan(400);
  expect(audit.rows).toContainEqual(
    expect.objectContaining({ actor: 'several', refusal: 'UNAUTHENTICATED' }),
  );
});

it('keeps what could not be written for the next time', async () => {
  const { audit, flood, timesTold, aSecond } = fresh();
  const append = audit.append.bind(audit);
  audit.append = () => Promise.reject(new Error('away'));
  flood(3);
  await aSecond();
  audit.append = append;
  await aSecond();
  expect(timesTold()).toBe(3);
});
