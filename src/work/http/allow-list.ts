/**
 * The exceptions to "no private addresses": entries of the setting `http_allow_private`. An entry is an address
 * (`10.1.2.3`), a network (`10.0.0.0/8`) or a host name (`intranet.local`), each also with a port (`127.0.0.1:9000`,
 * `[::1]:9000`, `10.0.0.0/8:443`, `db.local:5432`). The configuration refuses what is no entry, by the grammar of this
 * file; the executor parses them once at start.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface AllowEntry {
  /** A host name in lower case, or a network (a single address is a network of its full length). */
  readonly target: { readonly host: string } | { readonly network: Address; readonly bits: number };
  readonly port: number | undefined;
}

export class AllowListFault extends Error {
  readonly code = 'INVALID_ALLOW_ENTRY';
  readonly entry: string;

  constructor(entry: string) {
    super(
      `"${entry}" allows nothing: write an address, a network (10.0.0.0/8) or a host name, ` +
        `with or without a port ("127.0.0.1:9000", "[::1]:9000").`,
    );
    this.entry = entry;
  }
}

const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})*$/;

/** Address in the form that rules are written for: an IPv4 address inside an IPv6 one is that IPv4 address. */
export function normalAddress(text: string): Address | undefined {
  // ipaddr.js also reads octal and shortened forms, which no resolver and no WHATWG URL produces.
  if (isIP(text.split('%')[0] as string) === 0) return undefined;
  return ipaddr.process(text.split('%')[0] as string);
}

export function normalHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function splitPort(entry: string): { name: string; port: number | undefined } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(entry);
  // Several colons without brackets: an IPv6 address or network.
  if (match === null) return { name: entry, port: undefined };
  return {
    name: (match[1] ?? match[2]) as string,
    port: match[3] === undefined ? undefined : Number(match[3]),
  };
}

function parseNetwork(text: string): { network: Address; bits: number } | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const network = normalAddress(address);
  if (network === undefined || more.length > 0) return undefined;
  const bitsMax = network.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { network, bits: bitsMax };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax ? { network, bits: Number(bits) } : undefined;
}

/** Undefined where the text is no entry. */
export function readAllowEntry(text: string): AllowEntry | undefined {
  const { name, port } = splitPort(text.trim());
  if (port !== undefined && (port === 0 || port > 65_535)) return undefined;
  const network = parseNetwork(name);
  if (network) return { target: network, port };
  const host = normalHost(name);
  // A last label of digits alone would be an address that is none, not a name.
  if (!NAME.test(host) || /(?:^|\.)\d+$/.test(host)) return undefined;
  return { target: { host }, port };
}

export function parseAllowEntry(text: string): AllowEntry {
  const entry = readAllowEntry(text);
  if (entry === undefined) throw new AllowListFault(text);
  return entry;
}

function isIn(address: Address, network: Address, bits: number): boolean {
  if (address.kind() !== network.kind()) return false;
  return (address as ipaddr.IPv4).match(network as ipaddr.IPv4, bits);
}

export function allows(entry: AllowEntry, host: string, address: Address, port: number): boolean {
  if (entry.port !== undefined && entry.port !== port) return false;
  if ('host' in entry.target) return entry.target.host === normalHost(host);
  return isIn(address, entry.target.network, entry.target.bits);
}
