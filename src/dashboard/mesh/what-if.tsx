/**
 * What if it had other places: the mesh simulated from its start for the concurrency that the slider says, and the curve
 * of the makespan over it. Nothing is touched.
 */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { SimulateRunDocument, type LayerName } from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { Chart } from '../parts/chart.jsx';
import { FaultBox, Section } from '../parts/frame.jsx';
import { duration, plural } from '../parts/words.js';
import { go, param } from '../address/address.js';
import { PlanBars, PlanFigures, type Simulated } from '../submit/plan.jsx';
import { openMesh } from './open-mesh.js';

const WISHES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const PAUSE_MS = 120;
/** Each point of the curve is a whole run; for a larger mesh the slider alone has to do. */
const CURVE_TASKS_MAX = 2000;

const LINES = [{ name: 'makespan', tone: '--accent', filled: true }];

function variablesOf(
  meshId: string,
  slots: number,
  layer: LayerName | '',
): Parameters<typeof ask<unknown, never>>[1] {
  const wish = layer === '' ? { concurrency: slots } : { layers: [{ name: layer, slots }] };
  return { meshId, ...wish } as never;
}

function useCurve(meshId: string, size: number, layer: LayerName | ''): readonly (readonly number[])[] {
  const curve = useSignal<readonly (readonly number[])[]>([[], []]);
  useEffect(() => {
    curve.value = [[], []];
    if (size > CURVE_TASKS_MAX) return undefined;
    const over = new AbortController();
    void (async () => {
      for (const slots of WISHES) {
        const { simulateRun } = await ask(
          SimulateRunDocument,
          variablesOf(meshId, slots, layer),
          over.signal,
        );
        if (simulateRun === null) return;
        const [places, spans] = curve.peek() as number[][];
        curve.value = [
          [...places!, slots],
          [...spans!, simulateRun.makespanSeconds],
        ];
      }
    })().catch(() => undefined);
    return () => over.abort();
  }, [meshId, layer]);
  return curve.value;
}

function Wish({
  slots,
  layer,
  used,
}: {
  slots: number;
  layer: string;
  used: readonly LayerName[];
}): JSX.Element {
  const place = Math.max(
    0,
    WISHES.findIndex((wish) => wish >= slots),
  );
  return (
    <div class="wish">
      <label>
        <span>
          At once, at most <b>{slots}</b>
        </span>
        <input
          type="range"
          min={0}
          max={WISHES.length - 1}
          value={place}
          onInput={(event) =>
            go({ slots: String(WISHES[Number(event.currentTarget.value)]) }, { replace: true })
          }
        />
      </label>
      <label class="fold">
        on
        <select value={layer} onChange={(event) => go({ layer: event.currentTarget.value })}>
          <option value="">all layers as they are</option>
          {used.map((name) => (
            <option key={name} value={name}>
              {name} alone
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

export function WhatIf(): JSX.Element | null {
  const live = openMesh.value;
  const state = live?.state.value;
  const meshId = live?.id ?? '';
  const slots = Number(param('slots')) || 4;
  const layer = param('layer') as LayerName | '';
  const plan = useSignal<Simulated | undefined>(undefined);
  const fault = useSignal('');
  const curve = useCurve(meshId, state?.size ?? 0, layer);
  useEffect(() => {
    const over = new AbortController();
    const timer = setTimeout(() => {
      ask(SimulateRunDocument, variablesOf(meshId, slots, layer), over.signal).then(
        ({ simulateRun }) => {
          plan.value = simulateRun ?? undefined;
          fault.value = '';
        },
        (error: unknown) => {
          if (!over.signal.aborted) fault.value = wordsOf(error);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [meshId, slots, layer]);
  if (state === undefined) return null;
  return (
    <div class="timeline">
      <Section
        title="What if it had other places"
        says="The whole mesh from its start, on the code that orders real work, with a virtual clock. Nothing is touched."
      >
        <Wish slots={slots} layer={layer} used={['LOCAL', 'CLUSTER', 'QUANTUM_SIM']} />
        <FaultBox text={fault.value} />
        {plan.value !== undefined && <PlanFigures plan={plan.value} />}
        {curve[0]!.length > 1 && (
          <Chart
            label={`Makespan by places: ${duration(curve[1]![0]!)} with one, ${duration(curve[1]!.at(-1)!)} with ${plural(curve[0]!.at(-1)!, 'place')}`}
            lines={LINES}
            points={curve}
            isTime={false}
            words={duration}
            xWords={String}
            height={150}
          />
        )}
      </Section>
      {plan.value !== undefined && <PlanBars plan={plan.value} />}
    </div>
  );
}
