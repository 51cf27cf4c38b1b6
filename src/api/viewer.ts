/**
 * Who a request is, decided once from the token it brings and the address it comes from. HTTP and WebSocket both ask
 * here; what a viewer may do is decided by the commands.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { Viewer } from './door.js';
import { DoorRefusal } from './errors.js';

const OWNER: Viewer = { id: 'owner', trusted: true };
const ANONYMOUS: Viewer = { id: 'anonymous', trusted: false };

export interface Credentials {
  /** The value of an Authorization header: `Bearer <token>`. */
  readonly authorization?: string | undefined;
  readonly remoteAddress: string | undefined;
}

/** IPv4 may arrive as an IPv6 address that contains it. A Unix socket has no address and is this machine. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined || address === '' || address === '::1') return true;
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return isIPv4(plain) && plain.startsWith('127.');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export class Doorkeeper {
  readonly #expected: Buffer;

  constructor(token: string) {
    this.#expected = digest(token);
  }

  /** Throws a DoorRefusal for a wrong token, and for none from another machine. */
  viewerOf({ authorization, remoteAddress }: Credentials): Viewer {
    if (authorization !== undefined && authorization !== '') return this.#bearer(authorization);
    if (isLoopbackAddress(remoteAddress)) return ANONYMOUS;
    throw new DoorRefusal(
      'UNAUTHENTICATED',
      'from another machine every request needs the header Authorization: Bearer <token>',
    );
  }

  #bearer(authorization: string): Viewer {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token === undefined)
      throw new DoorRefusal('UNAUTHENTICATED', 'the header Authorization must be: Bearer <token>');
    if (timingSafeEqual(digest(token), this.#expected)) return OWNER;
    throw new DoorRefusal(
      'UNAUTHENTICATED',
      'this is not the token of this server; it lies in the file token of its state directory',
    );
  }
}

/** Browsers cannot set headers of a WebSocket, so a client may say the same in its connection parameters. */
export function authorizationIn(
  parameters: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (typeof value !== 'string') continue;
    if (name.toLowerCase() === 'authorization') return value;
    if (name.toLowerCase() === 'token') return `Bearer ${value}`;
  }
  return undefined;
}
