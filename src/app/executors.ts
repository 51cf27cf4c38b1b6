/** The executors of this machine as configured: the local layer of a server, and what a node runs its attempts with. */
import type { SystemClock } from '../kit/clock.js';
import type { ExecutorLayer } from '../layers/executor-layer.js';
import { openLocalLayer } from '../layers/local/open-local-layer.js';
import { SECRET_VARIABLE, SecretStore } from '../work/secrets/secret-store.js';
import type { AppOptions } from './app-options.js';

/** These say where the database is, whatever they are allowed to do. */
const CREDENTIALS =
  /^(DATABASE_URL|TASKMESH_.*|PG(PASSWORD|PASSFILE|SERVICEFILE|USER|HOST|PORT|DATABASE)|REDIS_URL)$/;

/** The variables of this process that work may see. */
export function allowedEnvironment({
  config,
  env,
}: Pick<AppOptions, 'config' | 'env'>): Record<string, string> {
  const allowed = config.execution.envAllow.flatMap((name) =>
    env[name] === undefined || CREDENTIALS.test(name) || name.startsWith(SECRET_VARIABLE)
      ? []
      : [[name, env[name]] as const],
  );
  return Object.fromEntries(allowed);
}

export function secretStoreOf({ config, env }: Pick<AppOptions, 'config' | 'env'>): SecretStore {
  const { secretsDir, secretsCommand } = config.execution;
  return new SecretStore({ env, directory: secretsDir, command: secretsCommand });
}

export function openExecutors(options: AppOptions, node: string, clock: SystemClock): ExecutorLayer {
  const { config, cwd, log } = options;
  const { execution } = config;
  const { layer, orphansKilled } = openLocalLayer({
    node,
    maxParallelTasks: execution.maxParallelTasks,
    stateDir: config.stateDir,
    workingDir: cwd,
    env: allowedEnvironment(options),
    secrets: secretStoreOf(options),
    moduleRoot: execution.moduleRoot,
    clock,
    killGraceMs: execution.killGraceSeconds * 1000,
    logBytesMax: execution.logBytesMax,
    http: { allowPrivate: execution.httpAllowPrivate, responseBytesMax: execution.httpResponseMax },
  });
  if (orphansKilled > 0) log.warn({ orphansKilled }, 'ended what an earlier process had left running');
  return layer;
}
