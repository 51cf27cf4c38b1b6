/**
 * What the tuning of slots is worth where much at once gets less done, and what it costs where nothing is to be gained: the same
 * tasks with it and without it, in turn.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bench } from '../bench.js';
import { independent } from '../graphs.js';
import { measureWhole } from '../product/measure.js';
import type { MeshOptions } from '../product/mesh-input.js';
import type { Row } from '../report.js';
import type { Case } from './case.js';
import { inPairs } from './part-costs.js';

const OFF = { TASKMESH_LEARNING__TUNING: 'false' };
/** With consciousness slots are tuned from a level on that a short run does not earn. */
const UNGATED = { TASKMESH_CONSCIOUSNESS__ENABLED: 'false' };
/** More slots than are good for the service, and looks that fit into a short run. */
const SERVICE_ENV = {
  TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '8',
  TASKMESH_EXECUTION__HTTP_ALLOW_PRIVATE: '127.0.0.1',
  TASKMESH_LEARNING__TUNING_WINDOW_SECONDS: '1',
};
const COMPUTING_ENV = {
  TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '4',
  TASKMESH_LEARNING__TUNING_WINDOW_SECONDS: '1',
};
const REQUESTS = 800;
const COMPUTATIONS = 400;
/** A process that computes for about 0.1 s: on two processors, four at once get no more done than two. */
const COMPUTING = {
  command: { argv: [process.execPath, '-e', 'for (let i = 0, x = 0; i < 4e7; i++) x += i % 7'] },
};

/** As a database does that is asked too much at once: three requests together are answered fastest, eight at half of that pace. */
const answerMs = (atOnce: number): number => 60 * (1 + 0.2 * (atOnce - 1) ** 2);

async function withService<T>(use: (url: string) => Promise<T>): Promise<T> {
  let atOnce = 0;
  const service = createServer((_, response) => {
    setTimeout(() => {
      atOnce--;
      response.end('{}');
    }, answerMs(++atOnce));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(service.address() as AddressInfo).port}/`);
  } finally {
    service.closeAllConnections();
    service.close();
  }
}

interface Load {
  readonly what: string;
  readonly count: number;
  readonly mesh: MeshOptions;
  readonly env: Readonly<Record<string, string>>;
  readonly ratioMin: number;
}

function compare(bench: Bench, { what, count, mesh, env, ratioMin }: Load): Promise<Row> {
  const tasks = Math.min(count, bench.options.tasks ?? count);
  const workload = { graph: independent(tasks), warmUp: independent(1) };
  return inPairs(bench, { name: 'tuning', off: OFF, ratioMin }, what, async (more) => {
    const ms = await measureWhole(bench, workload, mesh, { env: { ...UNGATED, ...env, ...more } });
    return { rate: (1000 * tasks) / ms, cpuMs: null };
  });
}

export const tuning: Case = {
  title: 'requests to a service that suffers from many at once, and computations, with tuning and without it',
  async *run(bench) {
    yield await withService((url) => {
      const mesh = { work: { http: { url } } };
      return compare(bench, { what: 'requests', count: REQUESTS, mesh, env: SERVICE_ENV, ratioMin: 1.5 });
    });
    const computing = { what: 'computations', count: COMPUTATIONS, mesh: { work: COMPUTING } };
    yield await compare(bench, { ...computing, env: COMPUTING_ENV, ratioMin: 0.95 });
  },
};
