/**
 * The product in a process of its own: the whole program as `taskmesh serve` builds it, out of `dist/`, configured by the
 * environment. What is patched in only takes times. It answers the questions of its driver over IPC.
 */
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Idle } from '../idle.js';
import { built } from './built.js';
import { now } from './clock.js';
import { ConstantReads } from './constant-reads.js';
import { EventTimes } from './event-times.js';
import { InProcess } from './in-process.js';
import { Profile } from './profile.js';
import { WorkRecord } from './work-record.js';

process.env.NODE_ENV ??= 'production'; // as main.ts

const { ExecutorLayer } =
  await built<typeof import('../../src/layers/executor-layer.js')>('layers/executor-layer');
const { Bus } = await built<typeof import('../../src/events/bus.js')>('events/bus');
const { PostgresReads } = await built<typeof import('../../src/store/postgres/postgres-reads.js')>(
  'store/postgres/postgres-reads',
);
const { loadConfig } = await built<typeof import('../../src/config.js')>('config');
const { startApp } = await built<typeof import('../../src/app.js')>('app');
const { createLogger } = await built<typeof import('../../src/logging.js')>('logging');

const work = WorkRecord.of(ExecutorLayer.prototype);
const profile = new Profile();
const inProcess = await InProcess.prepare();
let events: EventTimes | undefined;
let constants: ConstantReads | undefined;

/** A histogram of 1 ms steps: its maximum is the longest block, and the step itself is taken off. */
const LOOP_STEP_MS = 1;
const loop = monitorEventLoopDelay({ resolution: LOOP_STEP_MS });

function noted(): EventTimes {
  if (events === undefined) throw new Error('events are not noted: ask for noteEvents first');
  return events;
}

/** What the driver may ask, and what is answered. */
const answers = {
  expect: (tasks: number) => work.expect(tasks),
  ran: () => work.allRan(),
  times: () => work.times(),
  firstStart: () => work.first(),
  nextStart: () => work.next(),
  submitOneByOne: (idle: Idle) => inProcess.submitOneByOne(idle),
  noteEvents: () => void (events ??= EventTimes.of(Bus.prototype)),
  takeEvents: () => noted().take(),
  ended: (meshId: string) => noted().ended(meshId),
  useConstants: (constant: boolean) =>
    (constants ??= ConstantReads.of(PostgresReads.prototype)).use(constant),
  watchLoop: () => {
    loop.enable();
    loop.reset();
  },
  longestBlock: () => Math.max(0, loop.max / 1e6 - LOOP_STEP_MS),
  heapBytes: () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  },
  startProfile: () => profile.start(),
  stopProfile: (path: string) => profile.stop(path),
  stop: () => app.stop(),
};

export type Answers = typeof answers;
export type Question = {
  [K in keyof Answers]: { readonly kind: K; readonly about: Parameters<Answers[K]>[0] };
}[keyof Answers];

async function answer({ id, kind, about }: Question & { readonly id: number }): Promise<void> {
  try {
    const value = await (answers[kind] as (given: unknown) => unknown)(about);
    process.send?.({ id, value });
  } catch (error) {
    process.send?.({ id, error: String((error as Error).stack) });
  }
  if (kind === 'stop') process.disconnect();
}

const loaded = loadConfig({ cwd: process.cwd(), env: process.env });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
const { config } = loaded;
const app = await startApp({
  config,
  version: 'bench',
  log: createLogger(config, false),
  env: process.env,
  cwd: process.cwd(),
  guest: false,
});
process.on('message', (message) => void answer(message as Question & { readonly id: number }));
process.send?.({ ready: { url: app.url, token: app.token, at: now() } });
await once(process, 'disconnect');
process.exit(0);
