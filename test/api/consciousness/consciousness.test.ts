/** Consciousness through the door: what it tells, what people may do, who may, and streams that resume. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Advisor } from '../../../src/orchestrator/advisor.js';
import { Fold } from '../../../src/consciousness/live/fold/fold.js';
import { MemoryConsciousness } from '../../../src/store/memory/memory-consciousness.js';
import { type ConsciousnessFace, consciousnessFace } from '../../support/consciousness/consciousness-face.js';
import { needing } from '../../support/consciousness/mind-world.js';
import { episode, pattern } from '../../support/consciousness/rows.js';
import { uuid } from '../../support/store/batches.js';
import { until } from '../../support/until.js';
import { type RunningApi, startApi } from '../graphql-server.js';

const store = new MemoryConsciousness();
let mind: ConsciousnessFace;
let api: RunningApi;

beforeAll(async () => {
  mind = consciousnessFace({ store });
  await store.write(1, {
    patterns: [pattern('p1'), pattern('p2', { kind: 'BURST' })],
    episodes: [episode(5), episode(6, { text: 'sync failing', failed: false })],
    fold: { seq: 6, snapshot: JSON.stringify({ ...(new Fold().snapshot() as object), seq: 6 }) },
  });
  mind.live.lead(1);
  await until('it leads', () => mind.live.isLeading);
  api = await startApi({ consciousness: mind.face });
});
afterAll(async () => {
  await api.close();
  await mind.live.follow();
});

const owner = (): Record<string, string> => ({ authorization: `Bearer ${api.token}` });
const ask = async (query: string, headers = {}) => {
  const { body } = await api.post(query, {}, headers);
  expect(body.errors).toBeUndefined();
  return body.data as Record<string, unknown>;
};

async function refusal(query: string, headers: Record<string, string> = owner()) {
  const { body } = await api.post(query, {}, headers);
  const [error] = body.errors ?? [];
  return { code: error?.extensions.code, message: error?.message ?? '' };
}

/** Three failures of a dependency that never failed before. */
async function trip(dependency: string): Promise<string> {
  const plain: Advisor = { estimate: () => null, chooseLayer: () => 'LOCAL', observe: () => {} };
  const advisor = mind.live.advisorOver(plain, plain);
  const spec = needing(dependency);
  for (let at = 0; at < 4; at++) advisor.settled?.({ taskId: 't', spec, runMs: 1000, failureCode: 'EXIT_1' });
  await until('it is decided', () => !mind.live.gate.isOpen);
  const [row] = await store.decisions({ subject: dependency, open: true }, { limit: 1 });
  return row?.id as string;
}

async function taken<T>(query: string, count: number, variables = {}): Promise<T[]> {
  const client = api.client({ webSocketImpl: WebSocket });
  const all: T[] = [];
  for await (const { data, errors } of client.iterate<Record<string, T>>({ query, variables })) {
    if (errors) throw new Error(JSON.stringify(errors));
    all.push(Object.values(data ?? {})[0] as T);
    if (all.length === count) break;
  }
  await client.dispose();
  return all;
}

/** The first from now on; resolves when it is heard. */
async function taking<T>(query: string): Promise<{ readonly taken: Promise<T[]> }> {
  const { subscriptions } = api.door;
  await until('those before have gone', () => subscriptions.open === 0);
  const first = taken<T>(query, 1);
  await until('it is heard', () => subscriptions.open > 0);
  return { taken: first };
}

describe('the state', () => {
  it('is the level with its gates, how far it has come, and what decisions came to', async () => {
    const { consciousness } = await ask(
      '{ consciousness { enabled level earned shadow evolutionRate levels { level earned powers entry { name met has needs } exits { name met } gain { comparisons mean from to verdict } } synchronisation { lagEvents caughtUp } decisions { kind made } calibration { scored covered } objections { subject } } }',
    );
    expect(consciousness).toMatchObject({
      ...{ enabled: true, level: 'BASIC', earned: 'BASIC', shadow: null },
      calibration: { scored: 0, covered: 0 },
    });
    const { levels } = consciousness as { levels: { level: string; entry: { name: string }[] }[] };
    expect(levels.map(({ level }) => level)).toEqual([
      'BASIC',
      'COGNITIVE',
      'METACOGNITIVE',
      'QUANTUM',
      'TRANSCENDENT',
    ]);
    expect(levels[1]?.entry[0]).toMatchObject({
      name: 'scored predictions',
      met: false,
      has: '0',
      needs: '>= 200',
    });
    expect(levels[2]).toMatchObject({
      gain: { comparisons: 0, mean: null, from: null, to: null, verdict: 'UNDECIDED' },
    });
  });

  it('is off where it is off, and nothing can be changed there', async () => {
    const off = await startApi({ consciousness: consciousnessFace({ enabled: false }).face });
    const { body } = await off.post('{ consciousness { enabled level } }');
    expect(body.data).toEqual({ consciousness: { enabled: false, level: 'BASIC' } });
    const told = await off.post(
      'mutation { processEvent(input: { kind: "DEPLOY", subject: "db" }) { id } }',
      {},
      owner(),
    );
    expect(told.body.errors?.[0]).toMatchObject({
      message: expect.stringContaining('consciousness.enabled = true'),
      extensions: { code: 'CONFLICT' },
    });
    await off.close();
  });
});

describe('what was found and told', () => {
  it('comes in pages, newest first', async () => {
    const first = await ask(
      '{ patterns(first: 1) { nodes { id kind endedAt evidence } pageInfo { endCursor hasNextPage } } }',
    );
    expect(first.patterns).toMatchObject({
      nodes: [{ id: 'p2', kind: 'BURST' }],
      pageInfo: { hasNextPage: true },
    });
    const { endCursor } = (first.patterns as { pageInfo: { endCursor: string } }).pageInfo;
    const next = await ask(
      `{ patterns(first: 1, after: "${endCursor}") { nodes { id } pageInfo { hasNextPage } } }`,
    );
    expect(next.patterns).toEqual({ nodes: [{ id: 'p1' }], pageInfo: { hasNextPage: false } });
    const bursts = await ask('{ patterns(filter: { kind: BURST, holds: true }) { nodes { id } } }');
    expect(bursts.patterns).toEqual({ nodes: [{ id: 'p2' }] });
    expect(await refusal('{ patterns(after: "x") { nodes { id } } }')).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('is an event with who told it, and bad ones are refused with field and rule', async () => {
    const told = await ask(
      'mutation { processEvent(input: { kind: "DEPLOY", subject: "db", payload: { v: 2 } }) { kind subject by payload seq } }',
      owner(),
    );
    expect(told.processEvent).toMatchObject({
      kind: 'DEPLOY',
      subject: 'db',
      by: 'owner',
      payload: { v: 2 },
    });
    const { externalEvents } = await ask('{ externalEvents { nodes { subject } } }');
    expect(externalEvents).toEqual({ nodes: [{ subject: 'db' }] });
    const bad = (input: string) => refusal(`mutation { processEvent(input: ${input}) { id } }`);
    expect(await bad('{ kind: "deploy", subject: "db" }')).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('input.kind must be up to 64 capitals'),
    });
    expect((await bad('{ kind: "A", subject: "" }')).message).toContain('input.subject');
    expect((await bad('{ kind: "A", subject: "b", at: "2999-01-01T00:00:00Z" }')).message).toContain(
      'future',
    );
  });

  it('is told and changed by the owner alone', async () => {
    for (const mutation of [
      'processEvent(input: { kind: "A", subject: "b" }) { id }',
      'evolveConsciousness(input: { level: COGNITIVE, why: "x" }) { to }',
      `vetoDecision(id: "${uuid(1)}", why: "x") { id }`,
      `undoDecision(id: "${uuid(1)}", why: "x") { id }`,
      `rateDecision(id: "${uuid(1)}", rating: 1, why: "x") { id }`,
    ])
      expect(await refusal(`mutation { ${mutation} }`, {})).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is recalled by a text, or by an episode that there is', async () => {
    expect((await refusal('{ episodes(similarTo: {}) { likeness } }')).message).toContain('either episode');
    expect(await refusal('{ episodes(similarTo: { episode: 99 }) { likeness } }')).toMatchObject({
      code: 'NOT_FOUND',
    });
    const episodes = async (like: string) =>
      (await ask(`{ episodes(similarTo: ${like}) { by likeness episode { seq text failed } } }`)).episodes;
    expect(await episodes('{ text: "syncing" }')).toMatchObject([
      { by: 'TEXT', episode: { seq: 6, text: 'sync failing' } },
      { by: 'TEXT', episode: { seq: 5, failed: true } },
    ]);
    expect(await episodes('{ episode: 5 }')).toMatchObject([
      { by: 'SIGNATURE', likeness: 1, episode: { seq: 6 } },
    ]);
  });
});

describe('a decision', () => {
  it('is told with its candidates, vetoed with what came of it, and the veto stands', async () => {
    const id = await trip('warehouse');
    const { decision } = await ask(
      `{ decision(id: "${id}") { kind subject level mode candidates { name mean from to } chosen staticChoice reason outcome { ended } } }`,
    );
    expect(decision).toMatchObject({
      ...{ kind: 'CIRCUIT_BREAK', subject: 'warehouse', level: 'BASIC', mode: 'ACTING', outcome: null },
      candidates: [{ name: 'open' }, { name: 'go on' }],
    });
    const vetoed = await ask(
      `mutation { vetoDecision(id: "${id}", why: "a drill") { outcome { ended by why affected } } }`,
      owner(),
    );
    expect(vetoed.vetoDecision).toEqual({
      outcome: { ended: 'VETOED', by: 'owner', why: 'a drill', affected: 0 },
    });
    expect(mind.live.gate.isOpen).toBe(true);
    const { consciousness } = await ask(
      '{ consciousness { objections { kind subject by why owed } decisions { kind vetoed } } }',
    );
    expect(consciousness).toMatchObject({
      objections: [{ kind: 'CIRCUIT_BREAK', subject: 'warehouse', by: 'owner', why: 'a drill', owed: 3 }],
      decisions: [{ kind: 'CIRCUIT_BREAK', vetoed: 1 }],
    });
    expect(await refusal(`mutation { vetoDecision(id: "${id}", why: "again") { id } }`)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('rate it instead'),
    });
    const rated = await ask(
      `mutation { rateDecision(id: "${id}", rating: 0.2, why: "so so") { rating ratedBy } }`,
      owner(),
    );
    expect(rated.rateDecision).toEqual({ rating: 0.2, ratedBy: 'owner' });
    expect(
      (await refusal(`mutation { rateDecision(id: "${id}", rating: 2, why: "x") { id } }`)).message,
    ).toContain('must be from -1');
    expect(await refusal(`mutation { undoDecision(id: "${uuid(77)}", why: "x") { id } }`)).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is told as it is taken, and again from a number on', async () => {
    const query = 'subscription ($after: SafeInt) { decisionMade(after: $after) { number subject } }';
    const live = await taking<{ number: number; subject: string }>(query);
    await mind.live.book.undo(await trip('queue'), { by: 'ann', why: 'test' });
    const [one] = await live.taken;
    expect(one?.subject).toBe('queue');
    const all = await taken<{ number: number; subject: string }>(query, 2, { after: 0 });
    expect(all.map(({ subject }) => subject)).toEqual(['warehouse', 'queue']);
    const behind = await taken<{ number: number }>(query, 1, { after: all[0]?.number });
    expect(behind).toMatchObject([{ subject: 'queue' }]);
    await expect(taken(query, 1, { after: 9999 })).rejects.toThrow('must be the number of one that was told');
  });
});

describe('a level', () => {
  it('that is forced is recorded with who, why and what is missing, told to who watches, and stands in the history', async () => {
    const query = 'subscription { consciousnessEvolved { kind from to who why evidence { name met } } }';
    const live = await taking<Record<string, unknown>>(query);
    const forced = await ask(
      'mutation { evolveConsciousness(input: { level: COGNITIVE, why: "to see" }) { kind from to who why evidence { name met } } }',
      owner(),
    );
    expect(forced.evolveConsciousness).toMatchObject({
      ...{ kind: 'SHADOWED', from: 'BASIC', to: 'COGNITIVE', who: 'owner', why: 'to see' },
      evidence: [{ met: false }, { met: false }, { met: false }],
    });
    expect(await live.taken).toEqual([forced.evolveConsciousness]);
    const { consciousnessHistory } = await ask('{ consciousnessHistory { nodes { kind to } } }');
    expect(consciousnessHistory).toEqual({
      nodes: [
        { kind: 'SHADOWED', to: 'COGNITIVE' },
        { kind: 'STARTED', to: 'BASIC' },
      ],
    });
    const insights = await taken<{ kind: string }>(
      'subscription { insightRaised(after: 0) { kind text } }',
      3,
    );
    expect(insights.map(({ kind }) => kind)).toContain('LEVEL');
    expect(
      await refusal('mutation { evolveConsciousness(input: { level: BASIC, why: "x" }) { to } }'),
    ).toMatchObject({
      code: 'CONFLICT',
    });
  });
});
