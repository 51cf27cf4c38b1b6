/**
 * The rules that hold between keys, checked once every key has its value. Called by loadConfig. Each rule names the
 * keys it speaks of.
 */
import { isIPv4 } from 'node:net';
import { SECRET_BYTES_MIN } from '../security/jwt-algorithms.js';
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

/** Tokens that run commands on this machine would travel for everyone on the way to read. */
function loopbackOnly({ server }: Config): Breach | undefined {
  const hasTls = server.tlsCert !== '' && server.tlsKey !== '';
  if (server.insecure || hasTls || isLoopback(server.host)) return undefined;
  return {
    keys: ['server.host'],
    rule: 'must be a loopback address, as the server has no TLS',
    got: JSON.stringify(server.host),
    fix: 'set server.tls_cert and server.tls_key, set server.host to "127.0.0.1", or set server.insecure = true to let tokens that run commands here travel in the clear',
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

function redisWithTls({ cluster }: Config): Breach | undefined {
  const { backend, tlsCa, tlsCert, tlsKey } = cluster;
  if (!backend.startsWith('redis:') || tlsCa + tlsCert + tlsKey === '') return undefined;
  return {
    keys: ['cluster.backend', 'cluster.tls_ca', 'cluster.tls_cert', 'cluster.tls_key'],
    rule: 'must be a rediss:// address where cluster.tls_* are set',
    got: 'redis://…',
    fix: 'write rediss:// and the port that Redis has for TLS, or leave out cluster.tls_*',
  };
}

/** The address may name files itself, in the words of libpq. */
function databaseTlsOnce({ database }: Config): Breach | undefined {
  const { url, tlsCa, tlsCert, tlsKey } = database;
  if (url === '' || tlsCa + tlsCert + tlsKey === '') return undefined;
  const { searchParams } = new URL(url);
  const mode = searchParams.get('sslmode') ?? 'verify-full';
  const twice = ['sslrootcert', 'sslcert', 'sslkey'].filter((word) => searchParams.has(word));
  if (mode !== 'verify-full') twice.push(`sslmode=${mode}`);
  if (twice.length === 0) return undefined;
  return {
    keys: ['database.url', 'database.tls_ca', 'database.tls_cert', 'database.tls_key'],
    rule: 'must leave TLS to database.tls_* where those are set: they mean sslmode=verify-full',
    got: twice.join(', '),
    fix: 'remove it from the address, or leave out database.tls_*',
  };
}

function jwtIsWhole({ security }: Config): Breach | undefined {
  const { jwtAlgorithm, jwtIssuer, jwtAudience, jwtSecret, jwksUrl } = security;
  if (jwtAlgorithm === 'none') return undefined;
  const isShared = jwtAlgorithm === 'HS256';
  const missing = [
    jwtIssuer === '' ? 'security.jwt_issuer' : '',
    jwtAudience === '' ? 'security.jwt_audience' : '',
    isShared && jwtSecret === '' ? 'security.jwt_secret' : '',
    !isShared && jwksUrl === '' ? 'security.jwks_url' : '',
  ].filter((name) => name !== '');
  if (missing.length === 0) return undefined;
  return {
    keys: ['security.jwt_algorithm', 'security.jwt_issuer', 'security.jwt_audience'],
    rule: 'needs to know whose tokens it takes and by which key',
    got: `${jwtAlgorithm} without ${missing.join(', ')}`,
    fix: `set ${missing.join(', ')}`,
  };
}

function jwtSecretIsLong({ security: { jwtAlgorithm, jwtSecret } }: Config): Breach | undefined {
  const bytes = Buffer.byteLength(jwtSecret);
  if (jwtAlgorithm !== 'HS256' || jwtSecret.startsWith('${secret:') || jwtSecret === '') return undefined;
  if (bytes >= SECRET_BYTES_MIN) return undefined;
  return {
    keys: ['security.jwt_secret', 'security.jwt_algorithm'],
    rule: `must have at least ${SECRET_BYTES_MIN} bytes, or it can be guessed from a token`,
    got: `${bytes} bytes`,
    fix: 'make one with: openssl rand -base64 32',
  };
}

const rules: readonly Rule[] = [
  jwtIsWhole,
  jwtSecretIsLong,
  loopbackOnly,
  portsDiffer,
  submissionIsLargest,
  redisWithTls,
  databaseTlsOnce,
];

export function breaches(config: Config): Breach[] {
  return rules.map((rule) => rule(config)).filter((breach) => breach !== undefined);
}
