/**
 * What one server bears, as `taskmesh serve` runs it out of dist/ with the PostgreSQL it brings along, every request with the
 * token: reads and durable submits at a held rate, subscribers, five times the load, and a soak by a flag. The clients share the
 * machine with the server; each row says what was asked for, and whether it was met.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLoop, type LoopResult } from './open-loop.js';
import { gather } from './subscribers.js';

interface Server {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const READ = JSON.stringify({ query: '{ tasks(first: 10) { nodes { id key status } } }' });
const submission = (index: number): string =>
  JSON.stringify({ query: `mutation { createTask(input: { name: "load ${index}" }) { id } }` });
const GRAPHQL = '/graphql';

async function serve(): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'taskmesh-load-'));
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=32', 'dist/main.js', 'serve', '--json', '--state-dir', dir],
    {
      env: {
        ...process.env,
        TASKMESH_SERVER__PORT: '0',
        TASKMESH_SERVER__SUBSCRIPTIONS_MAX: '100000',
        TASKMESH_OBSERVABILITY__METRICS__ENABLED: 'false',
        TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'error',
        ...limitsOff(),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk) => resolve(String(chunk))),
  );
  const { url } = JSON.parse(line.split('\n')[0] ?? '') as { url: string };
  return {
    ...{ url, token: readFileSync(join(dir, 'token'), 'utf8').trim(), pid: child.pid as number },
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** One caller with one address is all clients here: what is allowed to one caller is not what is measured. */
function limitsOff(): Record<string, string> {
  return Object.fromEntries(
    (process.env.LOAD_SETTINGS ?? '')
      .split(' ')
      .flatMap((one) => (one.includes('=') ? [one.split('=') as [string, string]] : [])),
  );
}

const rssKb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

function row(what: string, measured: string, isMet: boolean): void {
  process.stdout.write(`${isMet ? 'met    ' : 'NOT met'}  ${what.padEnd(58)} ${measured}\n`);
}

function told({ sent, statuses, p50, p99, seconds }: LoopResult): string {
  const counts = [...statuses].map(([status, count]) => `${status}: ${count}`).join(', ');
  return `${(sent / seconds).toFixed(0)}/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms (${counts})`;
}

const ok = ({ statuses, sent }: LoopResult): boolean => statuses.get(200) === sent;

async function count({ url, token }: Server): Promise<number> {
  const response = await fetch(url + GRAPHQL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ tasks { totalCount } }' }),
  });
  return ((await response.json()) as { data: { tasks: { totalCount: number } } }).data.tasks.totalCount;
}

async function broadcast(server: Server, subscribers: number): Promise<void> {
  const { url, token, pid } = server;
  const before = rssKb(pid);
  const crowd = await gather(url, token, 'subscription { taskStatusChanged { seq } }', subscribers);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const each = (rssKb(pid) - before) / crowd.open;
  row(`${subscribers} subscribers, less than 40 KB each`, `${each.toFixed(1)} KB each`, each < 40);
  const hear = async (times: number): Promise<number> => {
    const from = performance.now();
    await openLoop({
      ...server,
      perSecond: 1000,
      seconds: 0.001,
      body: () => ({ path: GRAPHQL, json: submission(0) }),
    });
    const at = [...(await crowd.heard(times, 60_000))].sort((a, b) => a - b);
    return (at[Math.floor(0.99 * (at.length - 1))] ?? Number.POSITIVE_INFINITY) - from;
  };
  const alone = await hear(1);
  row('an event reaches them, p99 below 1 s', `${alone.toFixed(0)} ms`, alone < 1000);
  const stalled = crowd.stall(0.01);
  const beside = await hear(3);
  row(`and beside ${stalled} that do not read`, `${beside.toFixed(0)} ms`, beside < 1000);
  crowd.close();
}

async function overload(server: Server, perSecond: number, seconds: number): Promise<void> {
  const before = await count(server);
  const body = (index: number) => ({ path: GRAPHQL, json: submission(index) });
  const result = await openLoop({ ...server, perSecond, seconds, body });
  const shed = (result.statuses.get(429) ?? 0) + (result.statuses.get(503) ?? 0);
  const accepted = result.statuses.get(200) ?? 0;
  const made = (await count(server)) - before;
  const isClean = accepted + shed === result.sent && made === accepted;
  row(
    `${perSecond} submits/s (five-fold) are carried out or refused`,
    `${told(result)}; ${made} made`,
    isClean,
  );
}

async function soak(server: Server, seconds: number): Promise<void> {
  const part = Math.max(10, seconds / 10);
  const seen: string[] = [];
  const memory: number[] = [];
  for (let done = 0; done < seconds; done += part) {
    const body = (index: number) => ({ path: GRAPHQL, json: index % 5 === 0 ? submission(index) : READ });
    await openLoop({ ...server, perSecond: 200, seconds: part, body });
    memory.push(rssKb(server.pid) / 1024);
    seen.push(`${memory.at(-1)?.toFixed(0)} MB ${descriptors(server.pid)} fds`);
  }
  const later = memory.slice(Math.floor(memory.length / 2));
  const isFlat = (later.at(-1) ?? 0) < 1.1 * (later[0] ?? 0);
  row(`${seconds} s of 200/s: memory and descriptors stay`, seen.join(', '), isFlat);
}

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '20' },
      subscribers: { type: 'string', default: '10000' },
      soak: { type: 'string', default: '0' },
    },
  });
  const seconds = Number(values.seconds);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  process.stdout.write(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(2)}; Node ${process.version}; commit ${commit}\n`,
  );
  const server = await serve();
  try {
    const submit = (index: number) => ({ path: GRAPHQL, json: submission(index) });
    await openLoop({ ...server, perSecond: 200, seconds: 3, body: submit }); // warm
    const reads = await openLoop({
      ...server,
      perSecond: 2000,
      seconds,
      body: () => ({ path: GRAPHQL, json: READ }),
    });
    row('2,000 GraphQL reads/s, p99 below 100 ms', told(reads), ok(reads) && reads.p99 < 100);
    const submits = await openLoop({ ...server, perSecond: 1000, seconds, body: submit });
    row('1,000 durable submits/s, p99 below 150 ms', told(submits), ok(submits) && submits.p99 < 150);
    await broadcast(server, Number(values.subscribers));
    await overload(server, 5000, Math.min(seconds, 10));
    if (Number(values.soak) > 0) await soak(server, Number(values.soak));
  } finally {
    await server.stop();
  }
  return 0;
}
