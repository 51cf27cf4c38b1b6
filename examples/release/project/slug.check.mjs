/** The tests of `slug.mjs`, run by the release example with Node's own runner. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slug } from './slug.mjs';

test('accents and signs are dropped', () => {
  assert.equal(slug('  Análise de Dados, nº 7! '), 'analise-de-dados-n-7');
});

test('nothing stays nothing', () => {
  assert.equal(slug('!?'), '');
});
