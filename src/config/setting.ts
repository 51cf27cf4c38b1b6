/**
 * One key given by one source, and how its raw value becomes the value of the key's type. Called by the readers of the
 * three sources, which make settings, and by loadConfig, which resolves them. It knows no source itself.
 */
import type { ZodError } from 'zod';
import { maskSecret, show } from './faults.js';
import type { ConfigFault, Origin } from './faults.js';
import type { Key } from './key-kinds.js';
import { variableOf } from './sections.js';

export interface Setting {
  readonly origin: Exclude<Origin, 'default'>;
  /** The path of the file, the name of the variable, or the dotted key of the flag. */
  readonly where: string;
  readonly line?: number;
  /** The dotted key. */
  readonly name: string;
  readonly raw: unknown;
}

export type Read =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: ConfigFault };

const numberPattern = /^[+-]?(\d[\d_]*)?\.?\d+(e[+-]?\d+)?$/i;

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

/** `["a", "b"]` as JSON, or `a, b`. */
function listFromText(text: string): unknown {
  if (!text.trimStart().startsWith('['))
    return text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A variable or a flag is text: parsed to the key's kind, or left as it is where that fails, for the schema to refuse. */
export function fromText(kind: Key<unknown>['kind'], text: string): unknown {
  const trimmed = text.trim();
  if (kind === 'number') return numberPattern.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : text;
  if (kind === 'boolean') return truths[trimmed.toLowerCase()] ?? text;
  if (kind === 'list') return listFromText(text);
  return text;
}

/** The value as the source would spell it. */
function spell(value: unknown, origin: Setting['origin']): string {
  if (origin === 'file') return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : show(value);
  return Array.isArray(value) ? value.join(',') : String(value);
}

function fixFor(key: Key<unknown>, setting: Setting): string {
  const unquoted = typeof setting.raw === 'string' ? fromText(key.kind, setting.raw) : setting.raw;
  const onlyQuoted =
    setting.origin === 'file' && unquoted !== setting.raw && key.schema.safeParse(unquoted).success;
  const value = spell(onlyQuoted ? unquoted : (key.example ?? key.defaultValue), setting.origin);
  if (setting.origin === 'environment') return `for instance ${variableOf(setting.name)}=${value}`;
  if (setting.origin === 'flag') return `for instance ${value}`;
  const line = `${setting.name.split('.').at(-1)} = ${value}`;
  return onlyQuoted ? `write ${line}` : `for instance ${line}`;
}

const culpritsShown = 5;

/** Of a list the entries that are wrong, else the whole value. */
function culprits(raw: unknown, error: ZodError): readonly unknown[] {
  const places = new Set(error.issues.map(({ path: [place] }) => place));
  if (!Array.isArray(raw) || places.has(undefined)) return [raw];
  return [...places].map((place) => (raw as unknown[])[Number(place)]);
}

function showAll(values: readonly unknown[], isSecret: boolean): string {
  const shown = values
    .slice(0, culpritsShown)
    .map((value) => show(isSecret && typeof value === 'string' ? maskSecret(value) : value));
  const more = values.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function faultOf(key: Key<unknown>, setting: Setting, wrong: readonly unknown[]): ConfigFault {
  const { origin: source, where, line, name } = setting;
  return {
    source,
    where,
    line,
    key: name,
    rule: `must be ${key.rule}`,
    got: showAll(wrong, key.secret === true),
    fix: fixFor(key, setting),
  };
}

/** The typed value of a setting, or why it has none. */
export function readSetting(key: Key<unknown>, setting: Setting): Read {
  const isText = setting.origin !== 'file' && typeof setting.raw === 'string';
  const value = isText ? fromText(key.kind, setting.raw) : setting.raw;
  const parsed = key.schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, fault: faultOf(key, setting, culprits(value, parsed.error)) };
}
