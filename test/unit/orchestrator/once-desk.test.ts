/** Idempotency keys: who owns one, and who has to wait for the owner's fate. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { type Made, OnceDesk } from '../../../src/orchestrator/once-desk.js';
import { refuse } from '../../../src/orchestrator/permissions.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';

const made = (meshId: string): Made => ({ meshId, taskId: null });

function desk() {
  const clock = new VirtualClock();
  return new OnceDesk(new MemoryStore(new MemoryDatabase({ now: () => clock.wall() })), { epoch: 1 });
}

const asked = (once: OnceDesk, requestHash: string, act: () => Promise<Made>): Promise<Made | string> =>
  once
    .carryOut('submitMesh', { key: 'k', storedKey: 'k', requestHash }, act)
    .catch((error: { code: string }) => error.code);

it('leaves a key whose owner is refused to a different request that came meanwhile', async () => {
  const once = desk();
  const owner = asked(once, 'first', async () => refuse('CONFLICT', 'refused'));
  const other = asked(once, 'second', async () => made('m2'));
  expect(await Promise.all([owner, other])).toEqual(['CONFLICT', made('m2')]);
});

it('refuses a different request under a key whose owner is carried out meanwhile', async () => {
  const once = desk();
  const owner = asked(once, 'first', async () => made('m1'));
  const other = asked(once, 'second', async () => made('m2'));
  expect(await Promise.all([owner, other])).toEqual([made('m1'), 'IDEMPOTENCY_CONFLICT']);
});

it('gives a key that came free to one of several, and makes nothing twice', async () => {
  const once = desk();
  const owner = asked(once, 'first', async () => refuse('CONFLICT', 'refused'));
  const others = ['second', 'second', 'third'].map((hash) => asked(once, hash, async () => made(hash)));
  expect(await Promise.all([owner, ...others])).toEqual([
    'CONFLICT',
    made('second'),
    made('second'),
    'IDEMPOTENCY_CONFLICT',
  ]);
});
