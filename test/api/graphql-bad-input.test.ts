/** Every row of the table of bad inputs, over HTTP and WebSocket: refused as its author can use it, and nothing happened. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { converse, sayOperation, sendOperation, sendRequest } from './bad-input/graphql-ask.js';
import { badConversations, badOperations, badRequests } from './bad-input/graphql-table.js';
import { type RunningApi, startApi } from './graphql-server.js';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  expect(api.world.calls).toEqual([]);
  expect(api.logged).toEqual([]);
  await api.close();
});

const byName = <T extends { readonly name: string }>(rows: readonly T[]): [string, T][] =>
  rows.map((row) => [row.name, row]);

it('the table is large, and its names tell its rows apart', () => {
  expect(badOperations.length + badRequests.length + badConversations.length).toBeGreaterThanOrEqual(90);
  for (const rows of [badRequests, badConversations])
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
});

describe('a request', () => {
  it.each(byName(badRequests))('%s', async (_name, row) => {
    const refusal = await sendRequest(api, row);
    expect(refusal).toMatchObject({ status: row.status, code: row.code });
    expect(refusal.text).toMatch(row.says);
  });
});

describe('an operation over HTTP', () => {
  it.each(byName(badOperations))('%s', async (_name, row) => {
    const refusal = await sendOperation(api, row);
    expect(refusal).toMatchObject({
      status: row.status,
      code: row.code,
      ...(row.field === undefined ? {} : { field: row.field }),
    });
    expect(refusal.text).toMatch(row.says);
  });
});

describe('an operation over WebSocket', () => {
  it.each(byName(badOperations.filter((row) => !row.httpOnly)))('%s', async (_name, row) => {
    const refusal = await sayOperation(api, row);
    expect(refusal).toMatchObject({
      code: row.code,
      ...(row.field === undefined ? {} : { field: row.field }),
    });
    expect(refusal.text).toMatch(row.says);
  });
});

describe('a conversation', () => {
  it.each(byName(badConversations))('%s', async (_name, row) => {
    expect(await converse(api, row)).toBe(row.closed);
  });
});
