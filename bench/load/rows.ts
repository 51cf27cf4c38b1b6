/** What is measured against one server under load: each row does its part, and says whether what was asked for was met. */
import { type Loop, type LoopResult, openLoop } from './open-loop.js';
import type { Server, Used } from './server.js';
import { Crowd } from './subscribers.js';

const READ = JSON.stringify({ query: '{ tasks(first: 10) { nodes { id key status } } }' });
const EVENTS = 10;
const HEARD_MS_MAX = 60_000;
const CROWD_CONNECTIONS = 4000;

const SUBMIT = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const WARM_UP_SECONDS = 3;

export const submission = (index: number): string =>
  JSON.stringify({ query: SUBMIT, variables: { input: { name: `load ${index}` } } });

/** A text that the server has not seen before, each time. */
const written = (index: number): string =>
  JSON.stringify({ query: `mutation { createTask(input: { name: "load ${index}" }) { id } }` });

export function row(what: string, measured: string, isMet: boolean): void {
  process.stdout.write(`${isMet ? 'met    ' : 'NOT met'}  ${what.padEnd(58)} ${measured}\n`);
}

function less(later: Used, before: Used): Used {
  return {
    server: later.server - before.server,
    database: later.database - before.database,
    clients: later.clients - before.clients,
  };
}

/** Where all share few cores a rate says little by itself; what one core alone would carry says more. */
function usedText({ server, database, clients }: Used, requests: number): string {
  const each = (ms: number): string => (ms / requests).toFixed(3);
  return `CPU ms each: server ${each(server)}, PostgreSQL ${each(database)}, clients ${each(clients)}; capacity at 100 % of one core ${((1000 * requests) / server).toFixed(0)}/s`;
}

interface Run extends LoopResult {
  readonly used: Used;
}

async function measured(server: Server, loop: Omit<Loop, 'url' | 'token'>): Promise<Run> {
  const before = server.used();
  const result = await openLoop({ ...server, ...loop });
  return { ...result, used: less(server.used(), before) };
}

const countsOf = (outcomes: LoopResult['outcomes']): string =>
  [...outcomes].map(([outcome, count]) => `${outcome}: ${count}`).join(', ');

function told({ sent, outcomes, p50, p99, seconds, used }: Run): string {
  return `${(sent / seconds).toFixed(0)}/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms (${countsOf(outcomes)}); ${usedText(used, sent)}`;
}

const isAllWell = ({ outcomes, sent }: LoopResult): boolean => outcomes.get('200') === sent;

async function ask<T>({ url, token }: Server, query: string): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: T }).data;
}

async function made(server: Server): Promise<number> {
  return (await ask<{ tasks: { totalCount: number } }>(server, '{ tasks { totalCount } }')).tasks.totalCount;
}

/** What a rate that is held means: not the first seconds of a program, which compiles itself meanwhile. */
async function warm(server: Server, perSecond: number, body: Loop['body']): Promise<void> {
  await openLoop({ ...server, perSecond: perSecond / 2, seconds: WARM_UP_SECONDS, body });
}

export async function reads(server: Server, perSecond: number, seconds: number): Promise<void> {
  await warm(server, perSecond, () => READ);
  const result = await measured(server, { perSecond, seconds, body: () => READ });
  row(`${perSecond} GraphQL reads/s, p99 below 100 ms`, told(result), isAllWell(result) && result.p99 < 100);
}

export async function submits(server: Server, perSecond: number, seconds: number): Promise<void> {
  for (const [how, body] of [
    ['', submission],
    [', values in the text', written],
  ] as const) {
    await warm(server, perSecond, body);
    const result = await measured(server, { perSecond, seconds, body });
    const isMet = isAllWell(result) && result.p99 < 150;
    row(`${perSecond} durable submits/s${how}, p99 below 150 ms`, told(result), isMet);
  }
}

/** One event after the other: from the sending of the submit that makes it. */
async function hear(server: Server, crowd: Crowd, from: number): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let event = 1; event <= EVENTS; event++) {
    const sentAt = performance.now();
    await openLoop({ ...server, perSecond: 1, seconds: 1, body: submission });
    const at = await crowd.heard(from + event, HEARD_MS_MAX);
    tookMs.push(...at.map((one) => one - sentAt));
  }
  return tookMs.sort((a, b) => a - b);
}

async function allOpen(server: Server, crowd: Crowd): Promise<void> {
  const until = performance.now() + HEARD_MS_MAX;
  while (performance.now() < until) {
    const { status } = await ask<{ status: { subscriptions: number } }>(
      server,
      '{ status { subscriptions } }',
    );
    if (status.subscriptions >= crowd.open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** On a server of its own: what has been freed of other work would be taken up again without being seen. */
export async function broadcast(server: Server, count: number, selection: string): Promise<void> {
  const before = server.memoryKb();
  const query = `subscription { taskStatusChanged(statuses: [COMPLETED]) ${selection} }`;
  const crowd = await Crowd.gather({ url: new URL(server.url), token: server.token, query }, count);
  await allOpen(server, crowd);
  const each = (server.memoryKb() - before) / crowd.open;
  const isWhole = crowd.open === count;
  row(
    `${count} subscribers, less than 40 KB each`,
    `${crowd.open} open, ${each.toFixed(1)} KB each${crowd.lost === '' ? '' : ` (${crowd.lost})`}`,
    isWhole && each < 40,
  );
  const used = server.used();
  const alone = await hear(server, crowd, 0);
  deliveries('an event reaches them, p99 below 1 s', alone, less(server.used(), used));
  const stalled = crowd.stall(0.01);
  deliveries(`and beside ${stalled} that do not read`, await hear(server, crowd, EVENTS));
  if (crowd.lost !== '') row('none of them is lost', crowd.lost, false);
  crowd.close();
}

function deliveries(what: string, tookMs: readonly number[], used?: Used): void {
  const at = (share: number): number => tookMs[Math.floor(share * (tookMs.length - 1))] ?? Number.NaN;
  const missing = tookMs.filter((one) => one === Number.POSITIVE_INFINITY).length;
  const text = `p50 ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms of ${tookMs.length} deliveries, ${missing} missing`;
  const cost = used === undefined ? '' : `; ${usedText(used, tookMs.length)}`;
  row(what, text + cost, missing === 0 && at(0.99) < 1000);
}

export async function overload(server: Server, perSecond: number, seconds: number): Promise<void> {
  const before = await made(server);
  const result = await measured(server, {
    ...{ perSecond, seconds, body: submission },
    connectionsMax: CROWD_CONNECTIONS,
  });
  const accepted = result.outcomes.get('200') ?? 0;
  const shed = (result.outcomes.get('429') ?? 0) + (result.outcomes.get('503') ?? 0);
  const isClean = accepted + shed === result.sent && result.withoutRetryAfter === 0;
  const come = (await made(server)) - before;
  row(
    `${perSecond} submits/s are carried out or refused`,
    `${told(result)}; ${come} made, ${result.withoutRetryAfter} refused without Retry-After`,
    isClean && come === accepted,
  );
}

export async function soak(server: Server, seconds: number, perSecond: number): Promise<void> {
  const part = Math.max(1, seconds / 10);
  const memory: number[] = [];
  const descriptors: number[] = [];
  const outcomes = new Map<string, number>();
  const body = (index: number): string => (index % 5 === 0 ? submission(index) : READ);
  for (let done = 0; done < seconds; done += part) {
    const result = await openLoop({ ...server, perSecond, seconds: part, body });
    for (const [outcome, count] of result.outcomes)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
    memory.push(server.memoryKb() / 1024);
    descriptors.push(server.descriptors());
  }
  const isFlat = (values: readonly number[]): boolean => {
    const later = values.slice(Math.floor(values.length / 2));
    return Math.max(...later) <= 1.1 * (later[0] ?? 0);
  };
  const isWell = outcomes.size === 1 && outcomes.has('200');
  row(
    `${seconds} s of ${perSecond}/s: memory and descriptors stay`,
    `${memory.map((one) => one.toFixed(0)).join(' ')} MB; ${descriptors.join(' ')} descriptors (${countsOf(outcomes)})`,
    isWell && isFlat(memory) && isFlat(descriptors),
  );
}
