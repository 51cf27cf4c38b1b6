/**
 * Which Host and Origin a request may carry. A page of another site can make a browser send requests to this machine,
 * and can let its own name resolve to it (DNS rebinding); both show in these two headers. Asked for every request and
 * every upgrade.
 */
import { isIPv4 } from 'node:net';
import { DoorRefusal } from './errors.js';

export interface Allowed {
  /** Host names beyond loopback, with or without a port. */
  readonly hosts: readonly string[];
  /** Origins beyond loopback: `https://dashboard.example.com`. */
  readonly origins: readonly string[];
}

const SHOWN_MAX = 80;

function shown(value: string): string {
  return JSON.stringify(value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}...` : value);
}

/** `[::1]:8000` → `[::1]`; undefined for what is no host. */
function nameOf(host: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'));
}

function isLoopbackOrigin(origin: string): boolean {
  const authority = /^https?:\/\/(.+)$/i.exec(origin)?.[1];
  const name = authority === undefined ? undefined : nameOf(authority);
  return name !== undefined && isLoopbackName(name);
}

export class OriginRules {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor({ hosts, origins }: Allowed) {
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  }

  /** Throws a DoorRefusal that names the setting. */
  check(headers: { readonly host?: string | undefined; readonly origin?: string | undefined }): void {
    this.#checkHost(headers.host ?? '');
    if (headers.origin !== undefined) this.#checkOrigin(headers.origin);
  }

  #checkHost(host: string): void {
    const name = nameOf(host);
    if (
      name !== undefined &&
      (isLoopbackName(name) || this.#hosts.has(name) || this.#hosts.has(host.toLowerCase()))
    )
      return;
    const message = `the host ${shown(host)} is not served here; call localhost, or add it to [server] allowed_hosts`;
    throw new DoorRefusal('HOST_NOT_ALLOWED', message);
  }

  #checkOrigin(origin: string): void {
    if (isLoopbackOrigin(origin) || this.#origins.has(origin.toLowerCase())) return;
    const message = `pages of ${shown(origin)} may not call this server; add it to [server] allowed_origins`;
    throw new DoorRefusal('ORIGIN_NOT_ALLOWED', message);
  }
}
