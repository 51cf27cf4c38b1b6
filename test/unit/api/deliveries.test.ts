/** The stream of a subscription: its place is left and its source ended, however it ends. */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { Deliveries, type Delivering } from '../../../src/api/graphql/stream/deliveries.js';
import { SubscriptionCount } from '../../../src/api/graphql/stream/subscription-count.js';

const count = new SubscriptionCount(10);
let isEnded = false;

beforeEach(() => {
  isEnded = false;
});

async function* source(): AsyncGenerator<number> {
  try {
    yield 1;
    yield 2;
  } finally {
    isEnded = true;
  }
}

function deliveries(delivering: Partial<Delivering> = {}, from: () => AsyncIterable<unknown> = source) {
  const place = count.enter();
  if (place === undefined) throw new Error('no place is left');
  return new Deliveries(from(), place, {
    result: (payload) => ({ data: { payload } }),
    refusal: () => undefined,
    failure: (error) => new GraphQLError(`in our words: ${(error as Error).message}`),
    ...delivering,
  });
}

async function all(stream: Deliveries): Promise<{ given: ExecutionResult[]; why: string | undefined }> {
  const given: ExecutionResult[] = [];
  try {
    for await (const result of stream) given.push(result);
  } catch (error) {
    return { given, why: (error as Error).message };
  }
  return { given, why: undefined };
}

describe('a subscription', () => {
  it('is given what its payloads are made into, at once or later', async () => {
    const result: Delivering['result'] = (payload) =>
      payload === 1 ? { data: { payload } } : Promise.resolve({ data: { payload } });
    expect(await all(deliveries({ result }))).toEqual({
      given: [{ data: { payload: 1 } }, { data: { payload: 2 } }],
      why: undefined,
    });
    expect(count.open).toBe(0);
  });

  it('gets nothing of a payload when it may have no more by then', async () => {
    let isOver = false;
    const { given, why } = await all(
      deliveries({
        result: async (payload) => {
          isOver = payload === 2;
          return { data: { payload } };
        },
        refusal: () => (isOver ? new GraphQLError('over') : undefined),
      }),
    );
    expect(given).toEqual([{ data: { payload: 1 } }]);
    expect(why).toBe('over');
    expect({ open: count.open, isEnded }).toEqual({ open: 0, isEnded: true });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('ends in our words when making a result %s', async (_how, result) => {
    expect((await all(deliveries({ result }))).why).toBe('in our words: broken');
    expect({ open: count.open, isEnded }).toEqual({ open: 0, isEnded: true });
  });

  it('ends in our words when its source fails', async () => {
    const failing = async function* (): AsyncGenerator<number> {
      yield 1;
      throw new Error('away');
    };
    expect((await all(deliveries({}, failing))).why).toBe('in our words: away');
    expect(count.open).toBe(0);
  });

  it('leaves its place when it is returned, twice too', async () => {
    const stream = deliveries();
    await stream.next();
    expect(count.open).toBe(1);
    await Promise.all([stream.return(), stream.return()]);
    expect({ open: count.open, isEnded }).toEqual({ open: 0, isEnded: true });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});
