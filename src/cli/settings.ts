/**
 * The options that every verb takes, and the configuration they make together with file and environment. Called first
 * by every verb; faults of the configuration end the command with all of them.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { type Config, type ConfigFlags, formatFaults, type LoadedConfig, loadConfig } from '../config.js';
import { CliError, EXIT, usageError } from './cli-error.js';
import type { Shell } from './shell.js';

export interface SharedOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly token?: string;
  readonly stateDir?: string;
  readonly port?: number;
  readonly config?: string;
  readonly debug?: boolean;
}

export interface Settings {
  readonly config: Config;
  readonly loaded: Extract<LoadedConfig, { ok: true }>;
  /** Given with --url or TASKMESH_URL: then no other server is looked for. */
  readonly url: string | undefined;
  /** Given with --token or TASKMESH_TOKEN: then the token file is not read. */
  readonly token: string | undefined;
}

export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('must be a whole number from 0 to 65535.');
}

export function parsePositive(text: string): number {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('must be a number above 0.');
}

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number from 1 to 99999.');
}

export function parseShots(text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text) && Number(text) <= 10_000_000) return Number(text);
  throw new InvalidArgumentError('must be a whole number from 1 to 10000000.');
}

/** `theta=0.5`, gathered over all uses of the option. */
export function parseSetting(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [, name, value = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value.trim() === '' || !Number.isFinite(Number(value)))
    throw new InvalidArgumentError('must be the name of an input and a number, as in theta=0.5.');
  return { ...before, [name]: Number(value) };
}

/** `key=value`, again for each; what the text means is for who uses it. */
export function parseParam(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1)
    throw new InvalidArgumentError('must be the name of a parameter and its value, as in day=2030-01-31.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Of verbs that never ask a server. */
export function addLocalOptions(command: Command): Command {
  return command
    .option('--json', 'one JSON document on stdout, or JSON lines where output goes on')
    .option('--debug', 'show stacks of errors');
}

export function addSharedOptions(command: Command): Command {
  return addLocalOptions(command)
    .option('--url <url>', 'the server to talk to')
    .option('--token <token>', 'its access token (else the file `token` in the state directory)')
    .option('--state-dir <folder>', 'database, token and logs (default: .taskmesh)')
    .option('--port <port>', 'port of the server', parsePort)
    .option('--config <file>', 'configuration file (default: taskmesh.toml)');
}

function flagsOf(options: SharedOptions, extra: ConfigFlags): ConfigFlags {
  const server = options.port === undefined ? {} : { server: { ...extra.server, port: options.port } };
  const state = options.stateDir === undefined ? {} : { stateDir: options.stateDir };
  return { ...extra, ...server, ...state };
}

function checkUrl(url: string | undefined): string | undefined {
  if (url === undefined || url === '') return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol)) return url.replace(/\/+$/, '');
  throw usageError(
    `--url must be an http or https address, got ${JSON.stringify(url)}`,
    'write --url http://127.0.0.1:8000',
  );
}

export function loadSettings(options: SharedOptions, shell: Shell, extra: ConfigFlags = {}): Settings {
  const { cwd, env } = shell;
  const loaded = loadConfig({ cwd, env, flags: flagsOf(options, extra), file: options.config });
  if (!loaded.ok) {
    throw new CliError(formatFaults(loaded.faults), { exitCode: EXIT.usage, code: 'BAD_CONFIGURATION' });
  }
  return {
    config: loaded.config,
    loaded,
    url: checkUrl(options.url ?? env.TASKMESH_URL),
    token: options.token ?? (env.TASKMESH_TOKEN || undefined),
  };
}
