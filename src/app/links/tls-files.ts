/**
 * The certificates of links to PostgreSQL and Redis: which files the configuration names, and whether they are what they have to be.
 * Looked at before a link is opened, because what TLS says later names no file.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../../config.js';
import type { TlsFiles } from '../../layers/cluster/queue-backend.js';
import type { LinkName } from './trouble.js';

const PARTS = ['ca', 'cert', 'key'] as const;
type PartName = (typeof PARTS)[number];

export class TlsFault extends Error {
  readonly code = 'TLS_FAULT';

  constructor(key: string, rule: string, fix: string) {
    super(`${key} ${rule}; ${fix}`);
  }
}

export function tlsFilesOf(config: Config, name: LinkName): TlsFiles | undefined {
  const { tlsCa, tlsCert, tlsKey } = config[name];
  const files = { ca: tlsCa || undefined, cert: tlsCert || undefined, key: tlsKey || undefined };
  return isEmpty(files) ? undefined : files;
}

export function isEmpty(files: TlsFiles): boolean {
  return PARTS.every((part) => files[part] === undefined);
}

/** `keyOf`: how the place is called where each file is named. Throws TlsFault. */
export function checkTlsFiles(files: TlsFiles, keyOf: (part: PartName) => string, now = new Date()): void {
  for (const part of ['ca', 'cert'] as const) {
    const path = files[part];
    if (path === undefined) continue;
    for (const certificate of certificatesIn(keyOf(part), path)) checkTime(keyOf(part), certificate, now);
  }
  if (files.key === undefined && files.cert === undefined) return;
  if (files.key === undefined) throw alone(keyOf('cert'), keyOf('key'));
  if (files.cert === undefined) throw alone(keyOf('key'), keyOf('cert'));
  const key = privateKeyIn(keyOf('key'), files.key);
  const [own] = certificatesIn(keyOf('cert'), files.cert);
  if (own?.checkPrivateKey(key) === true) return;
  throw new TlsFault(
    keyOf('key'),
    `is not the key of the certificate in ${keyOf('cert')}`,
    'name the two that were made together',
  );
}

function alone(given: string, missing: string): TlsFault {
  return new TlsFault(given, `must come with ${missing}`, `set ${missing} as well, or neither`);
}

function read(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new TlsFault(
      key,
      `must be a file that can be read, got ${code} for ${path}`,
      'name the file, or let this user read it',
    );
  }
}

function certificatesIn(key: string, path: string): X509Certificate[] {
  const blocks = read(key, path).match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length === 0) throw new Error('there is none');
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new TlsFault(
      key,
      `must hold certificates as PEM, which ${path} does not`,
      'write the certificate there (it begins with -----BEGIN CERTIFICATE-----)',
    );
  }
}

function privateKeyIn(key: string, path: string): KeyObject {
  const pem = read(key, path);
  try {
    return createPrivateKey(pem);
  } catch {
    throw new TlsFault(
      key,
      `must hold a private key as PEM without a passphrase, which ${path} does not`,
      'write the key of the certificate there, decrypted and readable by this user alone',
    );
  }
}

function checkTime(key: string, certificate: X509Certificate, now: Date): void {
  const { subject, validFrom, validTo } = certificate;
  const who = subject.replaceAll('\n', ', ');
  if (new Date(validTo) < now)
    throw new TlsFault(key, `holds a certificate (${who}) that expired on ${validTo}`, 'renew it');
  if (new Date(validFrom) > now)
    throw new TlsFault(
      key,
      `holds a certificate (${who}) that is valid from ${validFrom} only`,
      'set the clock of this machine, or have another made',
    );
}
