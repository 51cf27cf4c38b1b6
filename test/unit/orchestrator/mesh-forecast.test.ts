/** How often a live mesh is run ahead: as often as people look, but never so often that looking costs what running does. */
import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../src/layers/layer.js';
import { MeshForecast } from '../../../src/orchestrator/forecast/mesh-forecast.js';
import { CoreHarness, COMMAND } from '../../support/core-harness.js';

const ONE_SLOT = {
  name: 'LOCAL',
  capacity: () => ({ slots: 1, cores: 1, memoryBytes: 2 ** 30 }),
  refusal: () => undefined,
} as unknown as Layer;

/** `costMs`: what the clock gains whenever a duration is estimated. */
function forecastThatCosts(costMs: number): {
  progress(): Promise<unknown>;
  taskEta(id: string): Promise<unknown>;
  pass(ms: number): void;
  runs(): number;
} {
  const harness = new CoreHarness({ slots: 1 });
  harness.mesh('a -> b');
  let now = 0;
  let asked = 0;
  const nobody = (): never => {
    throw new Error('an open mesh is in memory');
  };
  const forecast = new MeshForecast({
    core: () => harness.core,
    now: () => now,
    layers: new Map([['LOCAL', ONE_SLOT]]),
    advisor: {
      estimate: () => {
        asked++;
        now += costMs;
        return { p10: 1, p50: 1, p90: 1 };
      },
      chooseLayer: nobody,
      observe: () => undefined,
    },
    store: { meshDefinition: nobody, findMesh: nobody },
    reads: { countsByMeshIds: nobody, attemptsByTaskIds: nobody },
  });
  return {
    progress: () => forecast.progress('m'),
    taskEta: (id) => forecast.taskEta('m', id),
    pass: (ms) => {
      now += ms;
    },
    runs: () => asked,
  };
}

describe('a mesh is run ahead again', () => {
  it('after a second when that costs nothing', async () => {
    const forecast = forecastThatCosts(0);
    await forecast.progress();
    const once = forecast.runs();
    forecast.pass(999);
    await forecast.progress();
    expect(forecast.runs()).toBe(once);
    forecast.pass(1);
    await forecast.progress();
    expect(forecast.runs()).toBe(2 * once);
  });

  it('after twenty times what it cost', async () => {
    const forecast = forecastThatCosts(100);
    await forecast.progress();
    const once = forecast.runs();
    forecast.pass(20 * 100 * once - 1);
    await forecast.progress();
    expect(forecast.runs()).toBe(once);
    forecast.pass(1);
    await forecast.progress();
    expect(forecast.runs()).toBe(2 * once);
  });
});

describe('a task', () => {
  it('has an expected end of its own, out of the same run ahead, and none where it is unknown', async () => {
    const forecast = forecastThatCosts(0);
    expect(await forecast.progress()).toMatchObject({ eta: { p10: 2, p50: 2, p90: 2 } });
    const once = forecast.runs();
    expect(await forecast.taskEta('m/a')).toEqual({ p10: 1, p50: 1, p90: 1 });
    expect(await forecast.taskEta('m/b')).toEqual({ p10: 2, p50: 2, p90: 2 });
    expect(await forecast.taskEta('m/c')).toBeNull();
    expect(forecast.runs()).toBe(once);
  });
});

describe('memory that attempts are counted with', () => {
  it('keeps apart in the run ahead what has no room side by side', async () => {
    const etaWith = async (memoryBytes: number | null): Promise<number | undefined> => {
      const harness = new CoreHarness({ slots: 2 });
      harness.mesh('a; b', { a: { work: COMMAND }, b: { work: COMMAND } });
      const nobody = (): never => expect.unreachable();
      const forecast = new MeshForecast({
        core: () => harness.core,
        now: () => harness.now,
        layers: new Map([['LOCAL', { ...ONE_SLOT, capacity: () => ({ ...ONE_SLOT.capacity(), slots: 2 }) }]]),
        advisor: {
          estimate: () => ({ p10: 10, p50: 10, p90: 10 }),
          memoryBytes: () => memoryBytes,
          chooseLayer: nobody,
          observe: () => undefined,
        },
        store: { meshDefinition: nobody, findMesh: nobody },
        reads: { countsByMeshIds: nobody, attemptsByTaskIds: nobody },
      });
      return (await forecast.progress('m'))?.eta?.p50;
    };
    expect(await etaWith(null)).toBeCloseTo(10, 6);
    expect(await etaWith(2 ** 30 - 1)).toBeCloseTo(20, 6);
  });
});
