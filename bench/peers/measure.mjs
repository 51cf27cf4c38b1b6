/**
 * One measurement of one peer in this fresh process: the job comes from the driver over IPC, and so go the times back.
 * Every task is handed to a handler that does nothing but note the time.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const LOOK_MS = 3;

/** What the peers need to know of a graph. */
function describe(parents) {
  const children = parents.map(() => []);
  const level = [];
  const levels = [];
  for (const [task, sources] of parents.entries()) {
    for (const source of sources) children[source].push(task);
    level[task] = sources.reduce((deepest, source) => Math.max(deepest, level[source] + 1), 0);
    (levels[level[task]] ??= []).push(task);
  }
  return { tasks: parents.map((_, task) => task), parents, children, levels, edges: parents.flat().length };
}

class Recorder {
  repeated = 0;
  cpuMs = 0;
  #cpuBefore;
  #left;
  #allRan = () => {};

  constructor(tasks) {
    this.startedAt = new Array(tasks).fill(0);
    this.doneAt = new Array(tasks).fill(0);
    this.#left = tasks;
    this.allRan = new Promise((resolve) => (this.#allRan = resolve));
  }

  handle(task) {
    const now = performance.now();
    this.#cpuBefore ??= process.cpuUsage();
    if (this.startedAt[task] > 0) {
      this.repeated++;
      return;
    }
    this.startedAt[task] = now;
    this.doneAt[task] = performance.now();
    this.#left--;
    if (this.#left > 0) return;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    this.cpuMs = (user + system) / 1000;
    this.#allRan();
  }
}

/** Plans with true statistics, as after some days of use; never while the time runs. */
async function analyze(databaseUrl) {
  if (databaseUrl === undefined) return;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('ANALYZE');
  await client.end();
}

async function measureGraph(peer, parents, databaseUrl) {
  const graph = describe(parents);
  const recorder = new Recorder(parents.length);
  const before = performance.now();
  await peer.submit(graph);
  const submitMs = performance.now() - before;
  await analyze(databaseUrl);
  await peer.work(graph, (task) => recorder.handle(task));
  await recorder.allRan;
  while ((await peer.left()) > 0) await pause(LOOK_MS);
  const endedAt = performance.now();
  await peer.stop();
  const { startedAt, doneAt, cpuMs, repeated } = recorder;
  return { submitMs, startedAt, doneAt, endedAt, cpuMs, repeated };
}

/** Ms from the call that submits to the handler, one task at a time with pauses between. */
async function measureIdle(peer, { count, warmUp, pauseMs }) {
  const latencies = [];
  let started = () => {};
  await peer.work(describe([]), () => started(performance.now()));
  await pause(300);
  for (let task = 0; task < warmUp + count; task++) {
    const start = new Promise((resolve) => (started = resolve));
    const before = performance.now();
    await peer.addOne(task);
    const latency = (await start) - before;
    if (task >= warmUp) latencies.push(Math.max(0, latency));
    await pause(pauseMs[task % pauseMs.length]);
  }
  await peer.stop();
  return latencies;
}

async function measure({ peer: name, settings, warmUp, warmUpMs, graph, idle }) {
  const { open } = await import(`./${name}.mjs`);
  const peer = await open(settings);
  if (idle) return await measureIdle(peer, idle);
  const until = performance.now() + warmUpMs;
  do await measureGraph(peer, warmUp.parents, settings.databaseUrl);
  while (performance.now() < until);
  return await measureGraph(peer, graph.parents, settings.databaseUrl);
}

process.once('message', (job) => {
  measure(job).then(
    (value) => process.send({ value }, () => process.exit(0)),
    (error) => process.send({ error: String(error?.stack ?? error) }, () => process.exit(1)),
  );
});
