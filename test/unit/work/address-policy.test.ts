/** Which addresses tasks may reach: every special range, every way to write one, and the exceptions. */
import { describe, expect, it } from 'vitest';
import { AddressPolicy } from '../../../src/work/http/address-policy.js';
import { AllowListFault, parseAllowEntry } from '../../../src/work/http/allow-list.js';
import { checkLiteral } from '../../../src/work/http/checked-lookup.js';

const strict = new AddressPolicy([]);

function policyWith(...entries: string[]): AddressPolicy {
  return new AddressPolicy(entries.map(parseAllowEntry));
}

/** What a URL with a literal address comes to, by the same parser that requests use. */
function literal(url: string): string {
  const parsed = new URL(url);
  try {
    checkLiteral(strict, parsed, 80);
    return 'passed';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('addresses that are refused', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'linkLocal'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['100.100.100.200', 'carrierGradeNat'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['192.0.0.192', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.51.100.1', 'reserved'],
    ['203.0.113.1', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['168.63.129.16', 'cloud metadata'],
    ['::1', 'loopback'],
    ['::', 'unspecified'],
    ['fe80::1', 'linkLocal'],
    ['fe80::1%eth0', 'linkLocal'],
    ['fc00::1', 'uniqueLocal'],
    ['fd00:ec2::254', 'uniqueLocal'],
    ['ff02::1', 'multicast'],
    ['fec0::1', 'deprecatedSiteLocal'],
    ['2001:db8::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['100::1', 'discard'],
    ['2001::1', 'teredo'],
    ['5f00::1', 'segmentRouting'],
    ['::7f00:1', 'reserved'],
    ['::127.0.0.1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:a9fe:a9fe', 'linkLocal'],
    ['::ffff:0:127.0.0.1', 'rfc6145'],
    ['64:ff9b::127.0.0.1', 'NAT64 to a loopback'],
    ['64:ff9b::a9fe:a9fe', 'NAT64 to a linkLocal'],
    ['64:ff9b:1::1', 'rfc6052'],
    ['2002:7f00:1::', '6to4 to a loopback'],
    ['2002:a00:1::1', '6to4 to a private'],
    ['4000::1', 'reserved'],
    ['not an address', 'not an address'],
    ['0177.0.0.1', 'not an address'],
    ['', 'not an address'],
  ])('%s (%s)', (address, why) => {
    expect(strict.refusal('host.example', address, 80)).toContain(why);
  });
});

describe('addresses that are public', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
  ])('%s', (address) => {
    expect(strict.refusal('host.example', address, 443)).toBeUndefined();
  });
});

describe('ways to write a private address in a URL all end in the same check', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://0/',
    'http://0.0.0.0/',
    'http://127.0.0.1./',
    'http://127.0.0.1:9/',
    'http://user:password@127.0.0.1/',
    'http://public.example@127.0.0.1/',
    'http://public.example%40@127.0.0.1/',
    'http:127.0.0.1/',
    'http:\\\\127.0.0.1\\',
    'http:///127.0.0.1/',
    'HTTP://127.0.0.1',
    ' http://127.0.0.1/ ',
    'http://127。0。0。1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://１２７.0.0.1/',
    'http://%31%32%37.0.0.1/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[0:0:0:0:0:ffff:7f00:0001]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'https://10.0.0.1/',
    'http://192.168.0.1#@public.example/',
    'http://192.168.0.1?@public.example/',
  ])('%s', (url) => {
    expect(literal(url)).toBe('PRIVATE_ADDRESS_REFUSED');
  });

  it('a name is not a literal: it is checked when it is resolved', () => {
    expect(literal('http://localhost/')).toBe('passed');
    expect(literal('http://127.0.0.1.nip.io/')).toBe('passed');
    expect(literal('http://8.8.8.8/')).toBe('passed');
  });
});

describe('exceptions', () => {
  it.each([
    ['127.0.0.1', 'a.example', '127.0.0.1', 80],
    ['127.0.0.1', 'a.example', '::ffff:127.0.0.1', 80],
    ['10.0.0.0/8', 'a.example', '10.200.0.1', 5432],
    ['fd00::/8', 'a.example', 'fd12::1', 80],
    ['[::1]:9000', '::1', '::1', 9000],
    ['::1', 'localhost', '::1', 80],
    ['127.0.0.1:9000', 'a.example', '127.0.0.1', 9000],
    ['Intranet.Local', 'intranet.local.', '192.168.0.4', 80],
    ['intranet.local:8443', 'INTRANET.local', '192.168.0.4', 8443],
    ['::ffff:127.0.0.1', 'a.example', '127.0.0.1', 80],
  ])('%s lets %s at %s port %i pass', (entry, host, address, port) => {
    expect(policyWith(entry).refusal(host, address, port)).toBeUndefined();
  });

  it.each([
    ['127.0.0.1:9000', 'a.example', '127.0.0.1', 9001],
    ['127.0.0.1', 'a.example', '127.0.0.2', 80],
    ['10.0.0.0/24', 'a.example', '10.0.1.1', 80],
    ['intranet.local', 'intranet.local.evil.example', '10.0.0.1', 80],
    ['intranet.local', 'xintranet.local', '10.0.0.1', 80],
    ['intranet.local:80', 'intranet.local', '10.0.0.1', 81],
    ['::/0', 'a.example', '10.0.0.1', 80],
  ])('%s does not let %s at %s port %i pass', (entry, host, address, port) => {
    expect(policyWith(entry).refusal(host, address, port)).toBeDefined();
  });

  it.each([
    '',
    ' ',
    '10.0.0.0/33',
    '::/129',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '1.2.3.4:0',
    'host:99999',
    '*.local',
    'http://a/',
    'a b',
    '256.1.1.1',
  ])('the entry %j is a fault that says what to write', (entry) => {
    expect(() => parseAllowEntry(entry)).toThrow(AllowListFault);
    expect(() => parseAllowEntry(entry)).toThrow('write an address');
  });
});
