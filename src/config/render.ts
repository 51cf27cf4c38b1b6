/**
 * A configuration printed as TOML that can be loaded again, with the origin and meaning of every key, for
 * `taskmesh config`. Secrets are masked; it never reads anything.
 */
import { stringify } from 'smol-toml';
import { maskSecret } from './faults.js';
import type { Origin } from './faults.js';
import type { Key } from './key-kinds.js';
import { isKey, sections, snakeCase } from './sections.js';
import type { Config, Section } from './sections.js';
import { formatSize } from './size.js';

/** As a file would say it; secrets are masked. */
export function spell(key: Key<unknown>, value: unknown): unknown {
  if (key.secret === true) return maskSecret(String(value));
  return key.kind === 'size' ? formatSize(Number(value)) : value;
}

function renderSection(
  section: Section,
  values: Record<string, unknown>,
  path: string,
  origins: ReadonlyMap<string, Origin>,
): string[] {
  const own: string[] = [];
  const inner: string[] = [];
  for (const [name, node] of Object.entries(section)) {
    const dotted = path === '' ? snakeCase(name) : `${path}.${snakeCase(name)}`;
    if (isKey(node)) {
      const line = stringify({ [snakeCase(name)]: spell(node, values[name]) }).trim();
      own.push(`${line} # ${origins.get(dotted) ?? 'default'}: ${node.about}`);
    } else inner.push(...renderSection(node, values[name] as Record<string, unknown>, dotted, origins));
  }
  return own.length === 0 ? inner : ['', `[${path}]`, ...own, ...inner];
}

export function renderConfig(config: Config, origins: ReadonlyMap<string, Origin>): string {
  const head = `# state_dir: ${JSON.stringify(config.stateDir)} (${origins.get('state_dir') ?? 'default'}; --state-dir, TASKMESH_STATE_DIR)`;
  return [head, ...renderSection(sections, config, '', origins), ''].join('\n');
}
