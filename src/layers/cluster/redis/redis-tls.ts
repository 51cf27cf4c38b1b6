/** The files of a link with TLS, as ioredis takes them. Read at each connection: certificates that are renewed count from then on. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { TlsFiles } from '../queue-backend.js';

export function tlsOptions({ ca, cert, key }: TlsFiles): ConnectionOptions {
  const options: ConnectionOptions = {};
  for (const [name, path] of Object.entries({ ca, cert, key }))
    if (path !== undefined)
      Object.defineProperty(options, name, { enumerable: true, get: () => readFileSync(path, 'utf8') });
  return options;
}
