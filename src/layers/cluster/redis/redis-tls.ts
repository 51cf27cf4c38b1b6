/** The files of a link with TLS, as ioredis takes them. Read at each connection: certificates that are renewed count from then on. */
import { readFileSync } from 'node:fs';
import { type ConnectionOptions, connect } from 'node:tls';
import type { TlsFiles } from '../queue-backend.js';

export function tlsOptions({ ca, cert, key }: TlsFiles): ConnectionOptions {
  const options: ConnectionOptions = {};
  for (const [name, path] of Object.entries({ ca, cert, key }))
    if (path !== undefined)
      Object.defineProperty(options, name, { enumerable: true, get: () => readFileSync(path, 'utf8') });
  return options;
}

const REFUSAL_MS_MAX = 2_000;

/**
 * What the other end says against our certificate, or we against its; undefined when it says nothing.
 *
 * With TLS 1.3 a server refuses a certificate after its client takes the link for open. If the client has written by then, the
 * server's goodbye is a reset, which throws away the reason: all that is heard is that the link broke. So this one only listens.
 */
export function refusalOf(place: {
  host?: string;
  port?: number;
  tls?: ConnectionOptions;
}): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const { host = 'localhost', port = 6379, tls = {} } = place;
    const socket = connect({ ...tls, host, port });
    const end = (error?: Error): void => {
      resolve(error);
      socket.destroy();
    };
    socket.on('error', end);
    socket.once('close', () => end());
    // tickets are given out once a certificate was taken
    socket.once('session', () => end());
    socket.setTimeout(REFUSAL_MS_MAX, end);
    socket.resume();
  });
}
