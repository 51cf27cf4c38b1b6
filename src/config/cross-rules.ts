/**
 * The rules that hold between keys, checked once every key has its value. Called by loadConfig. Each rule names the
 * keys it speaks of.
 */
import { isIPv4 } from 'node:net';
import { formatSize } from './size.js';
import type { Config } from './sections.js';

export interface Breach {
  /** The keys the rule speaks of; the rule is worded for the first. */
  readonly keys: readonly [string, ...string[]];
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

type Rule = (config: Config) => Breach | undefined;

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Whoever reaches the port can run commands on this machine, and there are no keys or TLS yet. */
function loopbackOnly({ server }: Config): Breach | undefined {
  if (server.insecure || isLoopback(server.host)) return undefined;
  return {
    keys: ['server.host'],
    rule: 'must be a loopback address, as the server has no TLS and no keys',
    got: JSON.stringify(server.host),
    fix: 'set server.host to "127.0.0.1", or set server.insecure = true to let anyone who reaches the port run commands here',
  };
}

function portsDiffer({ server, observability: { metrics } }: Config): Breach | undefined {
  if (!metrics.enabled || metrics.port === 0 || metrics.port !== server.port) return undefined;
  return {
    keys: ['observability.metrics.port', 'server.port'],
    rule: 'must not be the port of the server',
    got: String(metrics.port),
    fix: 'give server.port and observability.metrics.port different values, or set observability.metrics.enabled = false',
  };
}

function submissionIsLargest({ server }: Config): Breach | undefined {
  if (server.submissionMax >= server.bodyMax) return undefined;
  return {
    keys: ['server.submission_max', 'server.body_max'],
    rule: `must be at least server.body_max (${formatSize(server.bodyMax)})`,
    got: formatSize(server.submissionMax),
    fix: 'raise server.submission_max or lower server.body_max',
  };
}

const rules: readonly Rule[] = [loopbackOnly, portsDiffer, submissionIsLargest];

export function breaches(config: Config): Breach[] {
  return rules.map((rule) => rule(config)).filter((breach) => breach !== undefined);
}
