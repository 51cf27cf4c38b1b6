/** Entries of `execution.http_allow_private`: the configuration takes what HTTP work can use, and names what it cannot. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AddressPolicy } from '../../../src/work/http/address-policy.js';
import { parseAllowEntry, readAllowEntry } from '../../../src/work/http/allow-list.js';
import { faultsOf, load, loaded } from './config.fixture.js';

const good = [
  '10.1.2.3',
  '10.1.2.3:8080',
  '10.0.0.0/8',
  '10.0.0.0/8:443',
  '::1',
  '[::1]',
  '[::1]:9000',
  'fd00::/8',
  '[fd00::/8]:443',
  'db',
  'db:5432',
  'intranet.local',
  'Intranet.Local.:8443',
  '_sidecar.pod-7.svc',
  'h'.repeat(63),
];

const bad = [
  '',
  ' ',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0/8',
  '10.0.0.0/8/8',
  '::/129',
  '256.1.1.1',
  '127.1',
  '0177.0.0.1',
  '1.2.3.4:',
  '1.2.3.4:0',
  'db:65536',
  'db:http',
  'db:80:80',
  '[::1',
  '[]:80',
  '*.local',
  'http://intranet.local/',
  'intranet.local/path',
  'me@intranet.local',
  'a b',
];

function fileWith(...entries: string[]): { toml: string } {
  return { toml: `[execution]\nhttp_allow_private = ${JSON.stringify(entries)}\n` };
}

it.each(good)('%j is taken as it was written, and HTTP work can use it', (entry) => {
  const { config } = loaded(fileWith(entry));
  expect(config.execution.httpAllowPrivate).toEqual([entry]);
  expect(parseAllowEntry(entry)).toMatchObject({ target: expect.any(Object) as object });
});

it.each(bad)('%j is refused by name', (entry) => {
  expect(faultsOf(fileWith('10.0.0.0/8', entry))).toMatchObject([
    {
      line: 2,
      key: 'execution.http_allow_private',
      rule: expect.stringContaining('with or without a port') as string,
      got: JSON.stringify(entry),
      fix: 'for instance http_allow_private = ["10.0.0.0/8"]',
    },
  ]);
});

it('is read from the environment, a port included', () => {
  const env = { TASKMESH_EXECUTION__HTTP_ALLOW_PRIVATE: '127.0.0.1:9000, [::1]' };
  const policy = new AddressPolicy(loaded({ env }).config.execution.httpAllowPrivate.map(parseAllowEntry));
  expect(policy.refusal('any.example', '127.0.0.1', 9000)).toBeUndefined();
  expect(policy.refusal('any.example', '127.0.0.1', 9001)).toBeDefined();
  expect(policy.refusal('any.example', '::1', 9001)).toBeUndefined();
});

it('names every entry that is wrong, up to five', () => {
  expect(faultsOf(fileWith('*.local', '10.0.0.0/8', 'a b'))).toMatchObject([{ got: '"*.local", "a b"' }]);
  const many = Array.from({ length: 9 }, (_, index) => `*.${index}`);
  expect(faultsOf(fileWith(...many))).toMatchObject([
    { got: '"*.0", "*.1", "*.2", "*.3", "*.4" and 4 more' },
  ]);
});

it('decides like the parser that HTTP work uses, whatever is written', () => {
  const piece = fc.constantFrom(
    '10.0.0.1',
    '::1',
    'db',
    '.',
    ':',
    '/',
    '8',
    '80',
    '[',
    ']',
    '-',
    '99999',
    ' ',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (entry) => {
      const flags = { execution: { httpAllowPrivate: [entry] } };
      expect(load({ flags }).ok).toBe(readAllowEntry(entry) !== undefined);
    }),
  );
});
