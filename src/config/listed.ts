/**
 * A configuration as a list of keys with their values in words and their meaning, for `Query.configuration`. Secrets are
 * masked; it never reads anything.
 */
import { resolve } from 'node:path';
import type { Key } from './key-kinds.js';
import { spell } from './render.js';
import { isKey, sections, snakeCase, type Config, type Section } from './sections.js';

export interface ListedKey {
  /** `execution.max_parallel_tasks`. */
  readonly name: string;
  readonly value: string;
  readonly about: string;
  /** Other than the default. */
  readonly changed: boolean;
}

type Values = Readonly<Record<string, unknown>>;

function words(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface Around {
  /** From where relative paths count. */
  readonly cwd: string;
  readonly valueOf: (name: string) => unknown;
}

function usualOf(key: Key<unknown>, { cwd, valueOf }: Around): unknown {
  const usual = key.derive === undefined ? key.defaultValue : key.derive(valueOf);
  return key.kind === 'path' && typeof usual === 'string' && usual !== '' ? resolve(cwd, usual) : usual;
}

/** `cwd`: from where relative paths count. */
export function listConfig(config: Config, cwd: string): ListedKey[] {
  const values = new Map<string, { readonly key: Key<unknown>; readonly value: unknown }>();
  const walk = (section: Section, within: Values, path: string): void => {
    for (const [name, node] of Object.entries(section)) {
      const dotted = path === '' ? snakeCase(name) : `${path}.${snakeCase(name)}`;
      if (isKey(node)) values.set(dotted, { key: node, value: within[name] });
      else walk(node, within[name] as Values, dotted);
    }
  };
  walk(sections, config as unknown as Values, '');
  const around = { cwd, valueOf: (name: string) => values.get(name)?.value };
  return [...values].map(([name, { key, value }]) => ({
    name,
    value: words(spell(key, value)),
    about: key.about,
    changed: JSON.stringify(usualOf(key, around)) !== JSON.stringify(value),
  }));
}
