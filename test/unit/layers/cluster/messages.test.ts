/** What servers and nodes say to each other is packed: many messages in a job, in their order, in jobs of a bearable size. */
import { describe, expect, it } from 'vitest';
import { NodeLine } from '../../../../src/layers/cluster/node-line.js';
import { Outbox } from '../../../../src/layers/cluster/node/outbox.js';
import { type OrderBatch, type ReportBatch, unpack } from '../../../../src/layers/cluster/messages.js';
import { Pending } from '../../../../src/layers/cluster/pending.js';
import type { MessageQueue } from '../../../../src/layers/cluster/queue-backend.js';
import type { Job } from '../../../../src/layers/cluster/sender.js';
import { SystemClock } from '../../../../src/kit/clock.js';
import { until } from '../../../support/until.js';
import { attemptOf } from '../../../support/work/fixtures.js';

const clock = new SystemClock({ timersHoldProcess: true });
const WAIT = { wait: { durationMs: 0 } };

/** Takes jobs as BullMQ does, one after the other; the first `refusals` times it is away. */
function queueInto(jobs: Job[], refusals = 0): MessageQueue {
  let left = refusals;
  const add = async (name: string, data: Job['data'], opts: Job['opts']): Promise<void> => {
    if (left-- > 0) throw new Error('the backend is away');
    jobs.push({ name, data, opts });
  };
  return { add } as unknown as MessageQueue;
}

function lineInto(jobs: Job[], errors: Error[] = [], refusals = 0): NodeLine {
  const queue = (): MessageQueue => queueInto(jobs, refusals);
  return new NodeLine({ ref: 'one:7', key: 'k' }, { queue, clock, onError: (error) => errors.push(error) });
}

const ordered = (job: Job | undefined) => unpack<OrderBatch>((job as Job).data).orders;

describe('the orders for a node', () => {
  it('that come up in one turn of the event loop are one job, in their order', async () => {
    const jobs: Job[] = [];
    const line = lineInto(jobs);
    const attempts = [1, 2, 3].map(() => attemptOf(WAIT, { node: 'one:7' }));
    for (const attempt of attempts) line.start(attempt);
    const { taskId, attempt, token } = attempts[0]!;
    line.cancel({ taskId, attempt, token }, 'CANCELLED');
    await until('they are sent', () => jobs.length > 0);
    expect(jobs).toHaveLength(1);
    expect(unpack(jobs[0]!.data)).toEqual({
      orders: [
        ...attempts.map((one) => ({ kind: 'start', attempt: one })),
        { kind: 'cancel', key: { taskId, attempt, token }, reason: 'CANCELLED' },
      ],
    });
  });

  it('are sent again while the backend is away, and none is lost', async () => {
    const [jobs, errors]: [Job[], Error[]] = [[], []];
    const line = lineInto(jobs, errors, 2);
    for (let at = 0; at < 150; at++) line.start(attemptOf(WAIT, { node: 'one:7' }));
    await until('they are sent', () => jobs.flatMap((job) => ordered(job)).length === 150);
    expect(errors).toHaveLength(2);
  });
});

it('what a node says in one turn is one numbered report', async () => {
  const jobs: Job[] = [];
  const outbox = new Outbox(
    { ref: 'one:7', key: 'k' },
    { queue: queueInto(jobs), clock, onError: () => undefined },
  );
  outbox.say({ kind: 'alive', token: 5 });
  outbox.outcome(
    { taskId: 't', attempt: 1, token: 5 },
    JSON.stringify({ kind: 'COMPLETED', output: 'a "quote"' }),
  );
  await outbox.idle();
  outbox.say({ kind: 'alive', token: 6 });
  await outbox.idle();
  const batches = jobs.map(({ data }) => ({ node: data.node, ...unpack<ReportBatch>(data) }));
  const outcome = { kind: 'COMPLETED', output: 'a "quote"' };
  const told = { kind: 'outcome', key: { taskId: 't', attempt: 1, token: 5 }, outcome };
  expect(batches).toMatchObject([
    { node: 'one:7', seq: 1, reports: [{ kind: 'alive' }, told] },
    { node: 'one:7', seq: 2, reports: [{ kind: 'alive', token: 6 }] },
  ]);
});

describe('messages that wait', () => {
  function sizes(texts: readonly string[]): number[] {
    const pending = new Pending();
    for (const text of texts) pending.add(text);
    const taken: number[] = [];
    for (let batch = pending.take(); batch.length > 0; batch = pending.take()) taken.push(batch.length);
    expect(pending.characters).toBe(0);
    return taken;
  }

  it('leave in batches of a hundred', () => {
    expect(sizes(Array.from({ length: 250 }, () => 'x'))).toEqual([100, 100, 50]);
  });

  it('leave in batches of a million characters, and alone when they are longer', () => {
    const third = 'x'.repeat(400_000);
    expect(sizes([third, third, third, 'x'.repeat(2_000_000), 'x', 'x'])).toEqual([2, 1, 1, 2]);
  });
});
