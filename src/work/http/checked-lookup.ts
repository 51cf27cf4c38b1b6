/**
 * Name resolution that answers only addresses the policy allows. Given to Node's sockets as their `lookup`, so the
 * address that was checked is the address that is connected to: a name that resolves differently the second time
 * (DNS rebinding) gains nothing. One refused address among several refuses the name.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressPolicy } from './address-policy.js';
import { HttpFailure, privateAddressRefused } from './http-failure.js';

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** The machine's own resolution: hosts file, then DNS. */
export function resolveBySystem(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses);
    });
  });
}

/** Sockets look up no literal address, so those are checked before the request is made. */
export function checkLiteral(policy: AddressPolicy, url: URL, port: number): void {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0) return;
  const refusal = policy.refusal(host, host, port);
  if (refusal !== undefined) throw privateAddressRefused(refusal);
}

async function checkedAddresses(
  resolve: Resolve,
  policy: AddressPolicy,
  host: string,
  port: number,
): Promise<readonly LookupAddress[]> {
  const addresses = await resolve(host);
  if (addresses.length === 0) throw new HttpFailure('DNS_NOT_FOUND', `${host} has no address.`);
  for (const { address } of addresses) {
    const refusal = policy.refusal(host, address, port);
    if (refusal !== undefined) throw privateAddressRefused(refusal);
  }
  return addresses;
}

export function checkedLookup(resolve: Resolve, policy: AddressPolicy, port: number): LookupFunction {
  return (host, options, callback) => {
    checkedAddresses(resolve, policy, host, port).then(
      (addresses) => {
        const [first] = addresses as [LookupAddress];
        if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, ''),
    );
  };
}
