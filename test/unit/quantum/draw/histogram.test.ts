/** Outcomes as bars: the largest first, the shares right, the rest told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramSvg, histogramText } from '../../../../src/quantum/draw/histogram.js';

describe('a histogram as text', () => {
  it('has the largest first, with shares of all', () => {
    expect(histogramText({ '00': 25, '01': 0, '11': 75 }, { width: 40 })).toBe(
      ['11 ████████████████████████ 75   75.0 %', '00 ████████                 25   25.0 %', ''].join('\n'),
    );
  });

  it('tells what has no bar', () => {
    const text = histogramText({ a: 0.5, b: 0.25, c: 0.125, d: 0.125 }, { top: 2 });
    expect(text).toContain('… and 2 more outcomes with 25.0 % together');
    expect(text.trimEnd().split('\n')).toHaveLength(3);
  });

  it('keeps to its width, and draws longer bars for more', () => {
    const values = fc.dictionary(
      fc.string({ unit: fc.constantFrom('0', '1'), minLength: 4, maxLength: 8 }),
      fc.nat(1000),
    );
    fc.assert(
      fc.property(values, fc.integer({ min: 40, max: 120 }), (counts, width) => {
        const lines = histogramText(counts, { width, top: 100 })
          .trimEnd()
          .split('\n')
          .filter((line) => line !== '');
        const bars = lines.map((line) => line.split('█').length);
        expect(lines).toHaveLength(Object.values(counts).filter((count) => count > 0).length);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        expect(bars).toEqual(bars.toSorted((a, b) => b - a));
      }),
    );
  });

  it('of nothing is nothing', () => {
    expect(histogramText({})).toBe('');
  });
});

describe('a histogram as SVG', () => {
  it('has a bar for each outcome, escaped', () => {
    const svg = histogramSvg({ '<0>': 3, '1': 1 }, {}, 'a & b');
    expect(svg.match(/<rect x=/g)).toHaveLength(2);
    expect(svg).toContain('&lt;0&gt;');
    expect(svg).toContain('<title>a &amp; b</title>');
    expect(svg).toContain('3 (75.0 %)');
  });
});
