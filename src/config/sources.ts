/**
 * The three places a configuration comes from, each read into settings and faults: the file, the environment, the
 * flags. Called by loadConfig. It refuses names it does not know, and never judges values.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { didYouMean, nearestWord } from '../kit/nearest-word.js';
import { show } from './faults.js';
import type { ConfigFault } from './faults.js';
import { joinKey, keyLines } from './key-lines.js';
import { keys, sectionNames, snakeCase, variableOf } from './sections.js';
import type { Setting } from './setting.js';

export interface Source {
  readonly settings: readonly Setting[];
  readonly faults: readonly ConfigFault[];
}

/** Where a name stands, before it is known whether it is a key. */
type Place = Omit<Setting, 'raw'>;

type Environment = Readonly<Record<string, string | undefined>>;

const nothing: Source = { settings: [], faults: [] };

function keysOf(section: string): string[] {
  return [...keys.keys()]
    .filter((name) => name.startsWith(`${section}.`))
    .map((name) => name.slice(section.length + 1));
}

/** What to do about a name that is no key and no section. */
function fixUnknown(name: string): string {
  const all = [...keys.keys(), ...sectionNames];
  const last = name.slice(name.lastIndexOf('.') + 1);
  const section = name.slice(0, Math.max(0, name.lastIndexOf('.')));
  const elsewhere = all.find((known) => known.endsWith(`.${last}`) || known === last);
  const sibling = nearestWord(last, keysOf(section));
  const meant = sibling === undefined ? (elsewhere ?? nearestWord(name, all)) : `${section}.${sibling}`;
  if (meant !== undefined) return `did you mean ${meant}?`;
  if (sectionNames.has(section))
    return `remove it; the keys of [${section}] are ${keysOf(section).join(', ')}`;
  return `remove it; the sections are ${[...sectionNames].join(', ')}`;
}

function unknown({ origin, where, line, name }: Place): ConfigFault {
  return {
    source: origin,
    where,
    line,
    key: name,
    rule: 'must be a known key',
    got: name,
    fix: fixUnknown(name),
  };
}

function notSection({ origin, where, line, name }: Place, value: unknown): ConfigFault {
  const fix = `write [${name}] and its keys below it: ${keysOf(name).join(', ')}`;
  return { source: origin, where, line, key: name, rule: 'must be a section', got: show(value), fix };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Walks nested tables; `placeOf` says how this source calls a path of names. */
function walk(
  table: Record<string, unknown>,
  path: readonly string[],
  placeOf: (path: readonly string[]) => Place,
): Source {
  const settings: Setting[] = [];
  const faults: ConfigFault[] = [];
  for (const [part, raw] of Object.entries(table)) {
    if (raw === undefined) continue;
    const place = placeOf([...path, part]);
    if (keys.has(place.name)) settings.push({ ...place, raw });
    else if (!sectionNames.has(place.name)) faults.push(unknown(place));
    else if (!isTable(raw)) faults.push(notSection(place, raw));
    else {
      const inner = walk(raw, [...path, part], placeOf);
      settings.push(...inner.settings);
      faults.push(...inner.faults);
    }
  }
  return { settings, faults };
}

export function tomlSource(toml: string, where: string): Source {
  try {
    const table = parse(toml);
    const lines = keyLines(toml);
    return walk(table, [], (path) => ({
      origin: 'file',
      where,
      line: lines.get(joinKey(path)),
      name: joinKey(path),
    }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The rest of the message quotes the text around the fault, which may hold a password.
    const got = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
    const fix = `correct the text at column ${error.column}`;
    return {
      settings: [],
      faults: [{ source: 'file', where, line: error.line, key: 'the file', rule: 'must be TOML', got, fix }],
    };
  }
}

/** `taskmesh.toml` in the working directory may be absent; a file that was named may not. */
export function fileSource(cwd: string, named: string | undefined): Source & { readonly path?: string } {
  const path = resolve(cwd, named ?? 'taskmesh.toml');
  try {
    return { ...tomlSource(readFileSync(path, 'utf8'), path), path };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    if (code === 'ENOENT' && named === undefined) return nothing;
    const fix =
      named === undefined ? 'make it readable, or remove it' : 'name a file that exists, or name none';
    const fault = {
      source: 'file',
      where: path,
      key: 'the file',
      rule: 'must be readable',
      got: code,
      fix,
    } as const;
    return { settings: [], faults: [fault], path };
  }
}

/**
 * Only names with `__` are ours to judge: Kubernetes gives every pod beside a service called "taskmesh" variables such
 * as TASKMESH_SERVICE_HOST and TASKMESH_PORT_8000_TCP. An empty variable counts as not set, as compose files make them
 * (`${PORT:-}`); an empty list is `[]`.
 */
export function environmentSource(env: Environment): Source {
  const known = new Map([...keys.keys()].map((name) => [variableOf(name), name]));
  const settings: Setting[] = [];
  const faults: ConfigFault[] = [];
  if (env.DATABASE_URL && !env.TASKMESH_DATABASE__URL) {
    settings.push({
      origin: 'environment',
      where: 'DATABASE_URL',
      name: 'database.url',
      raw: env.DATABASE_URL,
    });
  }
  for (const [where, raw] of Object.entries(env)) {
    if (!/^TASKMESH_.*__/.test(where) || raw === undefined || raw === '') continue;
    const name = known.get(where);
    if (name !== undefined) settings.push({ origin: 'environment', where, name, raw });
    else faults.push(unknownVariable(where, known.keys()));
  }
  return { settings, faults };
}

function unknownVariable(where: string, known: Iterable<string>): ConfigFault {
  const name = where.slice('TASKMESH_'.length).split('__').join('.').toLowerCase();
  const section = name.slice(0, Math.max(0, name.lastIndexOf('.')));
  // the section, which all its keys begin with, says nothing about which is meant
  const isNear = !sectionNames.has(section) || fixUnknown(name).startsWith('did you mean');
  const fix = (isNear ? didYouMean(where, known) : undefined) ?? `unset it (${fixUnknown(name)})`;
  return { source: 'environment', where, key: name, rule: 'must be a known key', got: where, fix };
}

export function flagSource(flags: Record<string, unknown>): Source {
  return walk(flags, [], (path) => {
    const name = joinKey(path.map(snakeCase));
    return { origin: 'flag', where: name, name };
  });
}
