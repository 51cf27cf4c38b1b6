/** Every row of the REST table against the complete server: refused with place and fix, soon, and nothing changed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.js';
import { slowness } from '../support/servers/slowness.js';
import { sendRow } from './bad-input/rest-send.js';
import { REST_TABLE } from './bad-input/rest-table.js';

/** Of server time; the wire and a busy machine get as much again. */
const MS_MAX = 200;

describe('bad input to REST', () => {
  let app: Awaited<ReturnType<typeof startApp>>;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  async function lastSeq(): Promise<unknown> {
    const response = await fetch(`${app.url}/status`);
    return ((await response.json()) as { last_event_seq: number }).last_event_seq;
  }

  it('is a table of at least 70 rows, each with a name of its own', () => {
    expect(REST_TABLE.length).toBeGreaterThanOrEqual(70);
    expect(new Set(REST_TABLE.map(({ says }) => says)).size).toBe(REST_TABLE.length);
  });

  it.each(REST_TABLE.map((row) => [`${row.method} ${row.says}`, row] as const))('%s', async (_, row) => {
    const before = await lastSeq();
    const first = await sendRow(app.url, app.token, row);
    const answer = first.ms > MS_MAX ? await sendRow(app.url, app.token, row) : first;
    const { status, lines } = answer;
    const named = lines.some((line) => row.message.test(line));
    expect({ status, lines, named }).toEqual({ status: row.status, lines, named: true });
    const slow = answer.ms > MS_MAX ? await slowness() : 1;
    expect(answer.ms / slow).toBeLessThan(MS_MAX);
    expect(await lastSeq()).toBe(before);
  });
});
