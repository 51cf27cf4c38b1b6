/** The simulation behind the table of docs/SCALING.md, at a size that takes no time. */
import { expect, it } from 'vitest';
import { runCluster } from '../../../../scripts/scale/cluster-run.js';
import { PLACEMENT_POLICIES } from '../../../../src/lifecycle/vocabulary.js';

it.each(PLACEMENT_POLICIES)(
  '%s places all tasks of a virtual cluster that is always full, evenly',
  (policy) => {
    const { virtualHours, imbalance, microseconds } = runCluster({ nodes: 10, tasks: 4000, policy });
    // 4,000 tasks of half a minute on at most 80 slots
    expect(virtualHours).toBeGreaterThan((4000 * 25) / 80 / 3600);
    expect(virtualHours).toBeLessThan(2);
    expect(imbalance).toBeGreaterThanOrEqual(1);
    expect(imbalance).toBeLessThan(1.1);
    expect(microseconds).toBeGreaterThan(0);
  },
);
