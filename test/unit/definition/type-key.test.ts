/** Which tasks count as the same kind when durations are learned. */
import { describe, expect, it } from 'vitest';
import { nameStem, typeKeyOf } from '../../../src/orchestrator/definition/type-key.js';
import { cpuMsOf } from '../../support/cpu-time.js';

describe('the stem of a name', () => {
  it.each([
    ['bwa_ID000003', 'bwa'],
    ['individuals_merge_ID0000026', 'individuals_merge'],
    ['NFCORE_HIC.HIC.COOLER.COOLER_MAKEBINS_6', 'nfcore_hic.hic.cooler.cooler_makebins'],
    ['fetch page 7/12', 'fetch page'],
    ['resize (3)', 'resize'],
    ['part[12]', 'part'],
    ['build-3f9c21aa', 'build'],
    ['export 550e8400-e29b-41d4-a716-446655440000', 'export'],
    ['step 1.2.3', 'step'],
    ['  Report  ', 'report'],
    ['chr21_align', 'chr21_align'],
    ['deadbeef', 'deadbeef'],
    ['valid', 'valid'],
    ['fluid7', 'fluid'],
    ['42', '#'],
    ['Análise 9', 'análise'],
  ])('of %j is %j', (name, stem) => {
    expect(nameStem(name)).toBe(stem);
  });

  it('of a long hostile name is found at once', () => {
    const names = ['1'.repeat(512), '_'.repeat(512), '_1'.repeat(256), 'id_'.repeat(170), '(['.repeat(256)];
    expect(cpuMsOf(() => names.forEach(nameStem))).toBeLessThan(100);
  });
});

describe('the type key', () => {
  it('tells kinds of work apart', () => {
    expect(typeKeyOf('clean 1', { wait: { durationMs: 1 } })).toBe('wait:clean');
    expect(typeKeyOf('clean 2', { command: { argv: ['x'] } })).toBe('command:clean');
    expect(typeKeyOf('clean 3', null)).toBe('milestone:clean');
  });
});
