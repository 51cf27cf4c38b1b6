/** A working directory with a configuration file in it, for the tests of configuration; removed after each test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { loadConfig } from '../../../src/config.js';
import type { Config, ConfigFault, ConfigSources, Origin } from '../../../src/config.js';

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A new working directory; `toml` becomes its `taskmesh.toml`. */
export function workingDirectory(toml?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'taskmesh-config-'));
  directories.push(directory);
  if (toml !== undefined) writeFileSync(join(directory, 'taskmesh.toml'), toml);
  return directory;
}

export interface Given extends Omit<ConfigSources, 'cwd' | 'env'> {
  readonly toml?: string;
  readonly env?: ConfigSources['env'];
}

export function load({ toml, env = {}, ...rest }: Given = {}): ReturnType<typeof loadConfig> {
  return loadConfig({ cwd: workingDirectory(toml), env, ...rest });
}

export function loaded(given: Given = {}): { config: Config; origins: ReadonlyMap<string, Origin> } {
  const result = load(given);
  expect(result, 'the configuration loads').toMatchObject({ ok: true });
  if (!result.ok) throw new Error('unreachable');
  return result;
}

export function faultsOf(given: Given): readonly ConfigFault[] {
  const result = load(given);
  expect(result.ok, 'the configuration has faults').toBe(false);
  return result.ok ? [] : result.faults;
}
