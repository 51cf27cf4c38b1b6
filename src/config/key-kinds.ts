/**
 * The kinds a configuration key can be of: each constructor joins a zod schema to the rule in words that a fault prints.
 * Called only by the table of keys in sections.ts. It never reads a file, a variable or a flag.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { isNodeLabel, isNodeName } from '../lifecycle/cluster-node.js';
import { readAllowEntry } from '../work/http/allow-list.js';
import { parseSize } from './size.js';

export type KeyKind = 'text' | 'path' | 'number' | 'boolean' | 'size' | 'list';

export interface Key<T> {
  readonly kind: KeyKind;
  /** What the key does, in a few words; `taskmesh config` prints it beside the value. */
  readonly about: string;
  /** What a value must be, so that "must be" + rule is a sentence. */
  readonly rule: string;
  readonly schema: z.ZodType<T>;
  readonly defaultValue: T;
  /** A valid value to show where the default is empty. */
  readonly example?: T;
  /** The default where it follows from another key; `defaultValue` is then only the example. */
  readonly derive?: (valueOf: (name: string) => unknown) => T;
  readonly secret?: boolean;
}

const hostPattern =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** Host names have letters; all-digit ones ("127.1", "999.1.1.1") are mistyped addresses. */
export function isHost(value: string): boolean {
  return isIP(value) !== 0 || (hostPattern.test(value) && !/^[\d.]+$/.test(value));
}

function isHostWithPort(value: string): boolean {
  return isHost(value.replace(/:\d{1,5}$/, '')) || isHost(value);
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value;
}

function isPostgresUrl(value: string): boolean {
  return value === '' || (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value));
}

function hasControlCharacter(value: string): boolean {
  return [...value].some((character) => character < ' ' || character === '\u007f');
}

export function text(about: string, defaultValue: string): Key<string> {
  const schema = z
    .string()
    .max(200)
    .refine((value) => value.trim() !== '' && !hasControlCharacter(value));
  return { kind: 'text', about, rule: 'text of 1 to 200 characters on one line', schema, defaultValue };
}

/** Empty: none. */
export function optional(about: string, example: string): Key<string> {
  const schema = z
    .string()
    .max(200)
    .refine((value) => !hasControlCharacter(value));
  return {
    kind: 'text',
    about,
    rule: 'empty, or text of up to 200 characters on one line',
    schema,
    defaultValue: '',
    example,
  };
}

/** Never printed. */
export function secretText(about: string): Key<string> {
  const schema = z
    .string()
    .max(10_000)
    .refine((value) => !value.includes('\0'));
  const example = '${secret:NAME}';
  return {
    kind: 'text',
    about,
    rule: 'empty, or up to 10,000 characters',
    schema,
    defaultValue: '',
    example,
    secret: true,
  };
}

/** Over plain HTTP anybody on the way could put keys of his own there. */
export function webAddress(about: string, example: string): Key<string> {
  const isFit = (value: string): boolean => {
    if (value === '') return true;
    if (!URL.canParse(value)) return false;
    const { protocol, hostname, username } = new URL(value);
    const isHere = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
    return username === '' && (protocol === 'https:' || (protocol === 'http:' && isHere));
  };
  const rule = 'empty, or an https:// address without a user (http:// on this machine)';
  return { kind: 'text', about, rule, schema: z.string().refine(isFit), defaultValue: '', example };
}

/** A path; a relative one counts from the working directory and is made absolute. */
export function path(about: string, defaultValue: string): Key<string> {
  const schema = z.string().refine((value) => value.trim() !== '' && !value.includes('\0'));
  return { kind: 'path', about, rule: 'a path', schema, defaultValue };
}

/** Empty: none. A relative one counts from the working directory and is made absolute. */
export function file(about: string, example: string): Key<string> {
  const schema = z.string().refine((value) => !value.includes('\0'));
  return { kind: 'path', about, rule: 'empty, or the path of a file', schema, defaultValue: '', example };
}

/** Empty: none. A relative one counts from the working directory and is made absolute. */
export function folder(about: string, example: string): Key<string> {
  return { ...file(about, example), rule: 'empty, or the path of a folder' };
}

export function choice<const T extends string>(
  about: string,
  values: readonly T[],
  defaultValue: NoInfer<T>,
): Key<T> {
  const rule = `one of ${values.map((value) => `"${value}"`).join(', ')}`;
  return { kind: 'text', about, rule, schema: z.enum(values) as unknown as z.ZodType<T>, defaultValue };
}

export function onOff(about: string, defaultValue: boolean): Key<boolean> {
  return { kind: 'boolean', about, rule: 'true or false', schema: z.boolean(), defaultValue };
}

export function whole(
  about: string,
  defaultValue: number,
  [min, max]: readonly [number, number],
): Key<number> {
  const schema = z.number().int().min(min).max(max);
  return { kind: 'number', about, rule: `a whole number from ${min} to ${max}`, schema, defaultValue };
}

export function real(
  about: string,
  defaultValue: number,
  [min, max]: readonly [number, number],
): Key<number> {
  const schema = z.number().min(min).max(max);
  return { kind: 'number', about, rule: `a number from ${min} to ${max}`, schema, defaultValue };
}

/** A number of bytes, or a text such as "16MB"; the bounds are written the second way. */
export function size(about: string, defaultText: string, [min, max]: readonly [string, string]): Key<number> {
  const [least, most] = [parseSize(min) ?? Number.NaN, parseSize(max) ?? Number.NaN];
  const schema = z.union([z.number(), z.string().transform((value) => parseSize(value) ?? Number.NaN)]);
  return {
    kind: 'size',
    about,
    rule: `a size from ${min} to ${max}, as a number of bytes or as text such as "${defaultText}"`,
    schema: schema.pipe(z.number().int().min(least).max(most)),
    defaultValue: parseSize(defaultText) ?? Number.NaN,
  };
}

/** How to call an entry of a list in a rule, and what one must satisfy. */
interface Entry {
  readonly called: string;
  readonly valid: (value: string) => boolean;
  readonly example: string;
}

export const entries = {
  variable: {
    called: 'names of environment variables',
    valid: (value) => /^[A-Za-z_]\w*$/.test(value),
    example: 'PATH',
  },
  word: {
    called: 'words, the first of which is a program',
    valid: (value) => value !== '' && !value.includes('\0'),
    example: '/usr/local/bin/read-secret',
  },
  range: {
    called: 'addresses, ranges (10.0.0.0/8) or host names, with or without a port ("127.0.0.1:9000")',
    valid: (value) => readAllowEntry(value) !== undefined,
    example: '10.0.0.0/8',
  },
  host: { called: 'host names, with or without a port', valid: isHostWithPort, example: 'mesh.example.org' },
  header: {
    called: 'headers, each a name and a value ("x-api-key=abc")',
    valid: (value) => /^[A-Za-z0-9-]{1,64}=[\x20-\x7e]{1,2000}$/.test(value),
    example: 'x-api-key=abc',
  },
  label: {
    called: 'labels, each a word ("gpu") or a word with a value ("region=eu")',
    valid: isNodeLabel,
    example: 'region=eu',
  },
  origin: {
    called: 'web origins (scheme://host[:port])',
    valid: isOrigin,
    example: 'https://mesh.example.org',
  },
} satisfies Record<string, Entry>;

export function list(
  about: string,
  entry: Entry,
  defaultValue: readonly string[] = [],
): Key<readonly string[]> {
  const schema = z.array(z.string().refine(entry.valid)).max(1000);
  return {
    kind: 'list',
    about,
    rule: `a list of ${entry.called}`,
    schema,
    defaultValue,
    example: [entry.example],
  };
}

export function host(about: string, defaultValue: string): Key<string> {
  return {
    kind: 'text',
    about,
    rule: 'an IP address or a host name',
    schema: z.string().refine(isHost),
    defaultValue,
  };
}

export function queueUrl(about: string): Key<string> {
  const rule = 'empty, or a Redis or Valkey address (redis://host:6379, or rediss:// with TLS)';
  const isQueueUrl = (value: string): boolean =>
    value === '' || (/^rediss?:\/\//.test(value) && URL.canParse(value));
  const schema = z.string().refine(isQueueUrl);
  const example = 'redis://localhost:6379';
  return { kind: 'text', about, rule, schema, defaultValue: '', example, secret: true };
}

export function webUrl(about: string, defaultValue: string): Key<string> {
  const isWebUrl = (value: string): boolean => /^https?:\/\//.test(value) && URL.canParse(value);
  const rule = 'an http or https URL';
  return { kind: 'text', about, rule, schema: z.string().refine(isWebUrl), defaultValue, secret: true };
}

export function mailUrl(about: string): Key<string> {
  const rule = 'empty, or the address of a mail server (smtp://user:password@host:587, or smtps:// with TLS)';
  const isMailUrl = (value: string): boolean =>
    value === '' || (/^smtps?:\/\//.test(value) && URL.canParse(value));
  const schema = z.string().refine(isMailUrl);
  const example = 'smtp://localhost:25';
  return { kind: 'text', about, rule, schema, defaultValue: '', example, secret: true };
}

/** A name that PostgreSQL takes for a schema as it is. */
export function identifier(about: string, defaultValue: string): Key<string> {
  const schema = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
  const rule = 'a name of 1 to 63 lower-case letters, digits and underscores that begins with no digit';
  return { kind: 'text', about, rule, schema, defaultValue };
}

/** Empty: it is found out. */
export function nodeName(about: string): Key<string> {
  const rule = 'empty, or a name of 1 to 63 letters, digits, dots, underscores and hyphens';
  const schema = z.string().refine((value) => value === '' || isNodeName(value));
  return { kind: 'text', about, rule, schema, defaultValue: '', example: 'worker-1' };
}

export function databaseUrl(about: string): Key<string> {
  const rule = 'empty, or a PostgreSQL address (postgresql://user:password@host:5432/database)';
  const example = 'postgresql://taskmesh@localhost:5432/taskmesh';
  const schema = z.string().refine(isPostgresUrl);
  return { kind: 'text', about, rule, schema, defaultValue: '', example, secret: true };
}
