/** The instruments export exactly what prom-client's own would, and stay bounded. */
import fc from 'fast-check';
import * as prom from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Counter } from '../../../src/metrics/instrument/counter.js';
import { Histogram } from '../../../src/metrics/instrument/histogram.js';
import { LabelledCells } from '../../../src/metrics/instrument/labelled-cells.js';
import { quantile } from '../../../src/metrics/instrument/quantile.js';

const BUCKETS = [0.1, 1, 10];
const labels = fc.constantFrom('local', 'cluster');
const values = fc.oneof(fc.double({ min: 0, max: 20, noNaN: true }), fc.constantFrom(...BUCKETS));

describe('instruments', () => {
  it('a histogram reads like the one of prom-client after the same observations', async () => {
    const observations = fc.array(fc.record({ layer: labels, outcome: labels, value: values }), {
      minLength: 1,
      maxLength: 50,
    });
    await fc.assert(
      fc.asyncProperty(observations, async (observed) => {
        const [ours, theirs] = [new prom.Registry(), new prom.Registry()];
        const options = { name: 'run_seconds', help: 'Run time.', labelNames: ['layer', 'outcome'] as const };
        const mine = new Histogram(ours, { ...options, buckets: BUCKETS });
        const peer = new prom.Histogram({ ...options, buckets: BUCKETS, registers: [theirs] });
        for (const { layer, outcome, value } of observed) {
          mine.observe(value, layer, outcome);
          peer.observe({ layer, outcome }, value);
        }
        expect((await ours.metrics()).split('\n')).toEqual((await theirs.metrics()).split('\n'));
      }),
    );
  });

  it('a counter reads like the one of prom-client after the same increases', async () => {
    const [ours, theirs] = [new prom.Registry(), new prom.Registry()];
    const options = { name: 'starts_total', help: 'Starts.', labelNames: ['layer'] as const };
    const mine = new Counter(ours, options);
    const peer = new prom.Counter({ ...options, registers: [theirs] });
    for (const layer of ['local', 'cluster', 'local', 'we"ird\\\n']) {
      mine.increase(2, layer);
      peer.inc({ layer }, 2);
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
  });

  it('a family without labels is exported as zero before anything happened', async () => {
    const registry = new prom.Registry();
    new Counter(registry, { name: 'quiet_total', help: 'Nothing yet.' });
    expect(await registry.metrics()).toContain('\nquiet_total 0');
  });

  it('what exceeds the bound of series shares one cell called other', () => {
    const cells = new LabelledCells(['route'], () => ({ count: 0 }), 2);
    for (const route of ['/a', '/b', '/c', '/d', '/a']) cells.at([route]).count++;
    const counted = [...cells].map(({ labels: { route }, cell }) => [route, cell.count]);
    expect(counted).toEqual([
      ['/a', 2],
      ['/b', 1],
      ['other', 2],
    ]);
  });

  it('label values cannot be confused by where one ends and the next begins', () => {
    const cells = new LabelledCells(['a', 'b'], () => ({ count: 0 }));
    cells.at(['x', 'yz']).count++;
    cells.at(['xy', 'z']).count++;
    expect([...cells]).toHaveLength(2);
  });

  it('percentiles are interpolated within a bucket and end at the last finite bound', () => {
    const buckets = [
      { le: 1, cumulative: 50 },
      { le: 2, cumulative: 100 },
      { le: Number.POSITIVE_INFINITY, cumulative: 100 },
    ];
    expect(quantile(0.5, buckets)).toBe(1);
    expect(quantile(0.75, buckets)).toBe(1.5);
    expect(quantile(0.25, buckets)).toBe(0.5);
    expect(
      quantile(0.99, [
        { le: 1, cumulative: 0 },
        { le: Number.POSITIVE_INFINITY, cumulative: 3 },
      ]),
    ).toBe(1);
    expect(quantile(0.5, [{ le: Number.POSITIVE_INFINITY, cumulative: 0 }])).toBeNull();
  });
});
