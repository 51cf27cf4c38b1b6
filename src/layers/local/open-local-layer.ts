/**
 * Builds the local layer with its executors, after ending what an earlier server on the same state directory left
 * running. Called by the composition root, and by cluster nodes, before the first attempt.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { LOG_BYTES_MAX } from '../../work/attempt-log.js';
import { HostedCommandExecutor } from '../../work/command-host/hosted-command-executor.js';
import type { Executor } from '../../work/executor.js';
import { HttpExecutor } from '../../work/http/http-executor.js';
import { ModuleExecutor } from '../../work/module/module-executor.js';
import { OUTPUT_BYTES_MAX } from '../../work/output.js';
import { sweepOrphans } from '../../work/processes/orphans.js';
import { serverMark } from '../../work/processes/server-mark.js';
import { WaitExecutor } from '../../work/wait/wait-executor.js';
import { ExecutorLayer } from '../executor-layer.js';
import { localCapacity } from './local-capacity.js';
import type { LocalLayerOptions } from './local-layer-options.js';

const KILL_GRACE_MS = 5_000;
const RESPONSE_BYTES_MAX = 1_048_576;
const MODULE_HEAP_MB_MAX = 512;

function executors(options: LocalLayerOptions): Executor[] {
  const { clock, env, http } = options;
  const stateDir = resolve(options.stateDir);
  const limits = {
    logBytesMax: options.logBytesMax ?? LOG_BYTES_MAX,
    outputBytesMax: options.outputBytesMax ?? OUTPUT_BYTES_MAX,
  };
  const ending = { mark: serverMark(stateDir), killGraceMs: options.killGraceMs ?? KILL_GRACE_MS };
  const workingDir = resolve(options.workingDir);
  const built: Executor[] = [
    new HostedCommandExecutor({ stateDir, workingDir, env, ...ending, ...limits }, clock),
    new HttpExecutor(
      {
        allowPrivate: http?.allowPrivate ?? [],
        responseBytesMax: http?.responseBytesMax ?? RESPONSE_BYTES_MAX,
        totalTimeoutMs: http?.totalTimeoutMs,
        ...limits,
      },
      clock,
    ),
    new WaitExecutor(clock),
  ];
  if (options.moduleRoot !== null) {
    const heapMbMax = options.moduleHeapMbMax ?? MODULE_HEAP_MB_MAX;
    built.push(
      new ModuleExecutor({ root: resolve(options.moduleRoot), env, heapMbMax, ...ending, ...limits }, clock),
    );
  }
  return built;
}

/** `orphansKilled` is for the start-up log. Throws AllowListFault when an entry of `http.allowPrivate` is wrong. */
export function openLocalLayer(options: LocalLayerOptions): {
  readonly layer: ExecutorLayer;
  readonly orphansKilled: number;
} {
  mkdirSync(options.stateDir, { recursive: true, mode: 0o700 });
  const orphansKilled = sweepOrphans(resolve(options.stateDir), options.clock);
  const layer = new ExecutorLayer({
    name: 'LOCAL',
    title: 'the local layer',
    node: options.node,
    capacity: localCapacity(options.maxParallelTasks),
    executors: executors(options),
    secrets: options.secrets,
    clock: options.clock,
  });
  return { layer, orphansKilled };
}
