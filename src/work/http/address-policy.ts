/**
 * Which addresses a task may reach. Called for every address a request is about to connect to, after name resolution.
 * Only public unicast addresses, and the exceptions of the allow-list; everything else is refused, so a range that is
 * unknown here is refused too.
 */
import ipaddr from 'ipaddr.js';
import { type Address, type AllowEntry, allows, normalAddress } from './allow-list.js';

/** Global unicast, RFC 4291 section 2.4: nothing outside it is a public host. */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
/** The well-known prefix of NAT64, RFC 6052; the other one (RFC 8215) is for local use. */
const NAT64: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('64:ff9b::'), 96];
/** Public by its number, but answered by the host of every Azure machine: the way to its secrets. */
const AZURE_WIRE_SERVER = '168.63.129.16';

function ipv4At(address: ipaddr.IPv6, firstByte: number): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(firstByte, firstByte + 4));
}

/** Undefined when public, else what kind of address it is. */
function specialKind(address: Address): string | undefined {
  if (address.kind() === 'ipv4') {
    if (address.toString() === AZURE_WIRE_SERVER) return 'cloud metadata';
    const range = address.range();
    return range === 'unicast' ? undefined : range;
  }
  const ipv6 = address as ipaddr.IPv6;
  const range = ipv6.range();
  if (range === '6to4') return embedded('6to4', ipv4At(ipv6, 2));
  if (ipv6.match(NAT64)) return embedded('NAT64', ipv4At(ipv6, 12));
  if (range !== 'unicast') return range;
  return ipv6.match(GLOBAL_IPV6) ? undefined : 'reserved';
}

function embedded(how: string, inner: ipaddr.IPv4): string | undefined {
  const kind = specialKind(inner);
  return kind === undefined ? undefined : `${how} to a ${kind} address`;
}

export class AddressPolicy {
  readonly #allowed: readonly AllowEntry[];

  constructor(allowed: readonly AllowEntry[]) {
    this.#allowed = allowed;
  }

  /** Undefined when `host`, which resolved to `address`, may be reached on `port`; else why not. */
  refusal(host: string, address: string, port: number): string | undefined {
    const normal = normalAddress(address);
    if (normal === undefined) return `${address} is not an address`;
    const kind = specialKind(normal);
    if (kind === undefined || this.#allowed.some((entry) => allows(entry, host, normal, port)))
      return undefined;
    return `${host}:${port} leads to ${normal.toString()}, a ${kind} address`;
  }
}
