/**
 * Where templates may stand in a work, and what a substituted value means there. One walk for checking and for
 * rendering, so that both see the same places. Keys, method, module path and export are never templates.
 */
import type { Json } from '../kit/json.js';
import type { CircuitWork, CommandWork, HttpWork, ModuleWork, Work } from '../lifecycle/work.js';

/**
 * `text`: the value as text. `json`: a text that is one template alone becomes the value itself. `url`: as text,
 * percent-encoded, unless the template is the whole url. `script`: none allowed, a shell would run the value.
 */
export type PlaceKind = 'text' | 'json' | 'url' | 'script';

export interface Place {
  /** For people: `command.argv[2]`. */
  readonly where: string;
  readonly kind: PlaceKind;
}

export type Replace = (text: string, place: Place) => Json;

type ReplaceText = (text: string, where: string, kind?: PlaceKind) => string;

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'fish', 'busybox']);

/** The element that a shell called by hand (`sh -c '…'`) runs as a script, or -1. */
function scriptPosition(argv: readonly string[]): number {
  const program = (argv[0] ?? '').split('/').at(-1) as string;
  if (!SHELLS.has(program)) return -1;
  const option = argv.findIndex((argument, i) => i > 0 && /^-[abd-z]*c[a-z]*$/i.test(argument));
  return option < 0 ? -1 : option + 1;
}

/** Which element of `argv` a shell would run, or -1; the work may still be as somebody wrote it. */
export function scriptIn(command: { readonly shell?: unknown; readonly argv?: unknown }): number {
  if (command.shell === true) return 0;
  return Array.isArray(command.argv) ? scriptPosition(command.argv.map(String)) : -1;
}

function mapRecord(
  record: { readonly [name: string]: string } | undefined,
  where: string,
  replace: ReplaceText,
): { readonly [name: string]: string } | undefined {
  if (record === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, replace(value, `${where}.${name}`)]),
  );
}

function mapJson(value: Json, where: string, replace: Replace): Json {
  if (typeof value === 'string') return replace(value, { where, kind: 'json' });
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value))
    return value.map((member, i) => mapJson(member as Json, `${where}[${i}]`, replace));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, mapJson(member, `${where}.${key}`, replace)]),
  );
}

function mapCommand(work: CommandWork, replace: ReplaceText): CommandWork {
  const script = scriptIn(work);
  const argv = work.argv.map((text, i) =>
    replace(text, `command.argv[${i}]`, i === script ? 'script' : 'text'),
  );
  return {
    ...work,
    argv,
    ...(work.cwd !== undefined && { cwd: replace(work.cwd, 'command.cwd') }),
    ...(work.env !== undefined && { env: mapRecord(work.env, 'command.env', replace) }),
    ...(work.stdin !== undefined && { stdin: replace(work.stdin, 'command.stdin') }),
  };
}

function mapHttp(work: HttpWork, replace: Replace, replaceText: ReplaceText): HttpWork {
  return {
    ...work,
    url: replaceText(work.url, 'http.url', 'url'),
    ...(work.headers !== undefined && { headers: mapRecord(work.headers, 'http.headers', replaceText) }),
    ...(work.body !== undefined && { body: mapJson(work.body, 'http.body', replace) }),
  };
}

function mapModule(work: ModuleWork, replace: Replace): ModuleWork {
  return work.input === undefined ? work : { ...work, input: mapJson(work.input, 'module.input', replace) };
}

function mapCircuit(work: CircuitWork, replace: Replace, replaceText: ReplaceText): CircuitWork {
  return {
    ...work,
    ...(work.source !== undefined && { source: replaceText(work.source, 'circuit.source') }),
    ...(work.parameters !== undefined && {
      parameters: mapJson(work.parameters, 'circuit.parameters', replace),
    }),
  };
}

/** A copy of the work with every text at a place for templates replaced. Only `json` places may become other JSON. */
export function mapTemplates(work: Work, replace: Replace): Work {
  const replaceText: ReplaceText = (text, where, kind = 'text') => String(replace(text, { where, kind }));
  if ('command' in work) return { command: mapCommand(work.command, replaceText) };
  if ('http' in work) return { http: mapHttp(work.http, replace, replaceText) };
  if ('module' in work) return { module: mapModule(work.module, replace) };
  if ('circuit' in work) return { circuit: mapCircuit(work.circuit, replace, replaceText) };
  return work;
}
