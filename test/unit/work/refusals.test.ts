/** Which failures are refusals by rule, so that the core does not try them again. */
import { expect, it } from 'vitest';
import { failed, ranFor } from '../../../src/work/outcome.js';

it.each([
  ['PRIVATE_ADDRESS_REFUSED', 'REJECTED'],
  ['MODULE_OUTSIDE_ROOT', 'REJECTED'],
  ['TEMPLATE_IN_SHELL', 'REJECTED'],
  ['CONNECTION_REFUSED', 'ERROR'],
  ['EXIT_1', 'ERROR'],
])('%s is a failure of kind %s', (code, kind) => {
  expect(failed(code, 'why', ranFor(0))).toMatchObject({ kind: 'FAILED', failure: { kind, code } });
});
