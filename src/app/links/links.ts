/**
 * How this process gets to the database and to the queue of the cluster: addresses, and the files of TLS. Made from the
 * configuration, or from what a server told a node that joins.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config.js';
import type { TlsFiles } from '../../layers/cluster/queue-backend.js';
import type { JoinSettings, TlsTexts } from '../../layers/nodes.js';
import { checkTlsFiles, isEmpty, TlsFault, tlsFilesOf } from './tls-files.js';
import type { LinkName } from './trouble.js';

export interface Links {
  /** Names its files of TLS itself, in the words of libpq: whoever connects reads them anew. */
  readonly database: string;
  /** The same as `database`, or a Redis. */
  readonly backend: string;
  readonly backendTls: TlsFiles | undefined;
  readonly schema: string;
  readonly leaseMs: number;
}

const WORDS = { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' } as const;
const PARTS = ['ca', 'cert', 'key'] as const;

/** The database that is configured, its files checked. Throws TlsFault. */
export function databaseUrlOf(config: Config): string {
  const { url } = config.database;
  const files = tlsFilesOf(config, 'database');
  if (files === undefined) {
    if (url !== '') checkTlsFiles(filesIn(url), (part) => `${WORDS[part]} in database.url`);
    return url;
  }
  if (url === '')
    throw new TlsFault(
      keysOf('database', files),
      'needs database.url: the PostgreSQL that comes along listens to this machine only, without TLS',
      'set database.url, or leave it out',
    );
  checkTlsFiles(files, (part) => `database.tls_${part}`);
  return withFiles(url, files);
}

/** The files of the link to the queue, checked. Throws TlsFault. */
export function backendTlsOf(config: Config): TlsFiles | undefined {
  const files = tlsFilesOf(config, 'cluster');
  if (files !== undefined && config.cluster.backend === '')
    throw new TlsFault(
      keysOf('cluster', files),
      'is of a Redis, and cluster.backend names none',
      'set cluster.backend to rediss://…; messages through PostgreSQL take database.tls_*',
    );
  if (files !== undefined) checkTlsFiles(files, (part) => `cluster.tls_${part}`);
  return files;
}

/** `database`: as it is used. */
export function linksOf(config: Config, database: string): Links {
  const { backend, schema, leaseSeconds } = config.cluster;
  return {
    database,
    backend: backend === '' ? database : backend,
    backendTls: backendTlsOf(config),
    schema,
    leaseMs: Math.round(leaseSeconds * 1000),
  };
}

/** For a node that joins: it has no files of this machine, so it is told what is in them. */
export function joinSettingsOf({ database, backend, backendTls, schema, leaseMs }: Links): JoinSettings {
  const bare = withoutFiles(database);
  return {
    database: bare,
    databaseTls: textsOf(filesIn(database)),
    backend: backend === database ? bare : backend,
    backendTls: textsOf(backendTls ?? {}),
    schema,
    leaseMs,
  };
}

/** What the node is configured with goes before what it was told, the rest of which is kept in `folder`. */
export function linksOfJoined(told: JoinSettings, config: Config, folder: string): Links {
  const files = (name: LinkName, texts: TlsTexts | null): TlsFiles => {
    const own = tlsFilesOf(config, name) ?? {};
    const kept = keep(own.cert === undefined ? texts : texts && { ca: texts.ca }, join(folder, name));
    const all = { ...kept, ...own };
    checkTlsFiles(all, (part) =>
      own[part] === undefined ? `${name}.tls_${part} of the server` : `${name}.tls_${part}`,
    );
    return all;
  };
  const ofDatabase = files('database', told.databaseTls);
  const database = isEmpty(ofDatabase) ? told.database : withFiles(told.database, ofDatabase);
  const isShared = told.backend === told.database;
  const ofBackend = isShared ? {} : files('cluster', told.backendTls);
  return {
    database,
    backend: isShared ? database : told.backend,
    backendTls: isEmpty(ofBackend) ? undefined : ofBackend,
    schema: told.schema,
    leaseMs: told.leaseMs,
  };
}

function keysOf(name: LinkName, files: TlsFiles): string {
  return PARTS.filter((part) => files[part] !== undefined)
    .map((part) => `${name}.tls_${part}`)
    .join(', ');
}

function filesIn(url: string): TlsFiles {
  const { searchParams } = new URL(url);
  const fileOf = (part: keyof typeof WORDS): string | undefined => searchParams.get(WORDS[part]) ?? undefined;
  return { ca: fileOf('ca'), cert: fileOf('cert'), key: fileOf('key') };
}

function withFiles(url: string, files: TlsFiles): string {
  const changed = new URL(url);
  if (!changed.searchParams.has('sslmode')) changed.searchParams.set('sslmode', 'verify-full');
  for (const part of PARTS) {
    const path = files[part];
    if (path !== undefined) changed.searchParams.set(WORDS[part], path);
  }
  return changed.href;
}

function withoutFiles(url: string): string {
  if (isEmpty(filesIn(url))) return url;
  const changed = new URL(url);
  for (const word of Object.values(WORDS)) changed.searchParams.delete(word);
  return changed.href;
}

function textsOf(files: TlsFiles): TlsTexts | null {
  if (isEmpty(files)) return null;
  const textOf = (path: string | undefined): string | null =>
    path === undefined ? null : readFileSync(path, 'utf8');
  return { ca: textOf(files.ca), cert: textOf(files.cert), key: textOf(files.key) };
}

/** Files, because the driver reads them at each connection. For this user alone. */
function keep(texts: Partial<TlsTexts> | null, folder: string): TlsFiles {
  const files: { -readonly [part in keyof TlsFiles]: string } = {};
  for (const part of PARTS) {
    const text = texts?.[part];
    if (text == null) continue;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${part}.pem`);
    writeFileSync(path, text, { mode: 0o600 });
    files[part] = path;
  }
  return files;
}
