/**
 * The configuration: defaults, then `taskmesh.toml`, then the environment, then flags, checked as a whole. Called by the
 * composition root, which alone reads the environment and hands each part the values it needs. It never stops at the
 * first fault: the caller gets all of them, or a frozen, complete configuration.
 */
import { resolve } from 'node:path';
import { breaches } from './config/cross-rules.js';
import { inReadingOrder } from './config/faults.js';
import type { ConfigFault, Origin } from './config/faults.js';
import { isKey, keys, sections, snakeCase } from './config/sections.js';
import type { Config, ConfigFlags, Section } from './config/sections.js';
import { readSetting } from './config/setting.js';
import type { Setting } from './config/setting.js';
import { environmentSource, fileSource, flagSource } from './config/sources.js';
import { assert } from './kit/assert.js';

export { formatFaults } from './config/faults.js';
export type { ConfigFault, Origin } from './config/faults.js';
export { renderConfig } from './config/render.js';
export type { Config, ConfigFlags } from './config/sections.js';

export interface ConfigSources {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags?: ConfigFlags;
  /** What `--config` names; else TASKMESH_CONFIG, else `taskmesh.toml` if there is one. */
  readonly file?: string;
}

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      /** By dotted key as in the file (`execution.max_parallel_tasks`), and `state_dir`. */
      readonly origins: ReadonlyMap<string, Origin>;
      /** The file that was read. */
      readonly path?: string;
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** The value of each key so far, and the setting it came from; a later setting replaces an earlier one. */
interface Resolved {
  readonly values: Map<string, unknown>;
  readonly winners: Map<string, Setting>;
  readonly faults: ConfigFault[];
}

function resolveSettings(settings: readonly Setting[]): Resolved {
  const resolved: Resolved = { values: new Map(), winners: new Map(), faults: [] };
  for (const setting of settings) {
    const key = keys.get(setting.name);
    if (key === undefined) continue;
    const read = readSetting(key, setting);
    if (!read.ok) resolved.faults.push(read.fault);
    else {
      resolved.values.set(setting.name, read.value);
      resolved.winners.set(setting.name, setting);
    }
  }
  return resolved;
}

/** The value of a key: given, derived from another key, or its default; paths made absolute. */
function valueOf(name: string, values: ReadonlyMap<string, unknown>, cwd: string): unknown {
  const key = keys.get(name);
  const fallback = key?.derive?.((other) => valueOf(other, values, cwd)) ?? key?.defaultValue;
  const value = values.get(name) ?? fallback;
  return key?.kind === 'path' && value !== '' ? resolve(cwd, String(value)) : value;
}

function assemble(
  section: Section,
  prefix: string,
  read: (name: string) => unknown,
): Readonly<Record<string, unknown>> {
  const built = Object.entries(section).map(([name, node]) => {
    const dotted = prefix + snakeCase(name);
    const value = isKey(node) ? read(dotted) : assemble(node, `${dotted}.`, read);
    return [name, Array.isArray(value) ? Object.freeze([...value]) : value] as const;
  });
  return Object.freeze(Object.fromEntries(built));
}

function build(values: ReadonlyMap<string, unknown>, cwd: string, stateDir: string): Config {
  const built = assemble(sections, '', (name) => valueOf(name, values, cwd));
  return Object.freeze({ ...built, stateDir: resolve(cwd, stateDir) }) as unknown as Config;
}

/** A breach is blamed on the first of its keys that somebody has set: defaults alone breach nothing. */
function crossFaults(config: Config, winners: ReadonlyMap<string, Setting>): ConfigFault[] {
  return breaches(config).map(({ keys: [key, ...others], rule, got, fix }) => {
    const winner = [key, ...others].map((name) => winners.get(name)).find((setting) => setting !== undefined);
    assert(winner !== undefined, () => `the default of ${key} breaks a rule`);
    return { source: winner.origin, where: winner.where, line: winner.line, key, rule, got, fix };
  });
}

export function loadConfig({ cwd, env, flags = {}, file }: ConfigSources): LoadedConfig {
  const { stateDir: flaggedStateDir, ...flagged } = flags;
  const fromFile = fileSource(cwd, file || env.TASKMESH_CONFIG || undefined);
  const sources = [fromFile, environmentSource(env), flagSource(flagged)];
  const resolved = resolveSettings(sources.flatMap((source) => source.settings));
  const config = build(resolved.values, cwd, flaggedStateDir || env.TASKMESH_STATE_DIR || '.taskmesh');
  const faults = [
    ...sources.flatMap((source) => source.faults),
    ...resolved.faults,
    ...crossFaults(config, resolved.winners),
  ];
  if (faults.length > 0) return { ok: false, faults: inReadingOrder(faults) };
  const origins = new Map<string, Origin>(
    [...keys.keys()].map((name) => [name, resolved.winners.get(name)?.origin ?? 'default']),
  );
  origins.set('state_dir', flaggedStateDir ? 'flag' : env.TASKMESH_STATE_DIR ? 'environment' : 'default');
  return { ok: true, config, origins, path: fromFile.path };
}
