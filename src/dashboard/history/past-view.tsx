/** The mesh as it was: a slider over its life, and the graph at that moment, from the events. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { MeshMomentDocument, type MeshMomentQuery } from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { GraphView } from '../graph/graph-view.jsx';
import type { LiveMesh } from '../mesh/live-mesh.js';
import type { MeshState } from '../mesh/mesh-state.js';
import { openMesh } from '../mesh/open-mesh.js';
import { FaultBox } from '../parts/frame.jsx';
import { CountsBar } from '../parts/status-mark.jsx';
import { clock, count, duration } from '../parts/words.js';
import { go, param } from '../place/place.js';

const PAUSE_MS = 60;

type Moment = MeshMomentQuery['meshAt'];

function lifeOf(state: MeshState): readonly [from: number, to: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (let place = 0; place < state.size; place++) {
    for (const time of [state.queuedAt[place]!, state.startedAt[place]!, state.finishedAt[place]!]) {
      if (time < from) from = time;
      if (time > to) to = time;
    }
  }
  if (from > to) return [state.now() - 1000, state.now()];
  return [from, state.isOpen ? state.now() : to + 50];
}

function useMoment(
  meshId: string,
  time: number,
): { readonly moment: Moment | undefined; readonly fault: string } {
  const moment = useSignal<Moment | undefined>(undefined);
  const fault = useSignal('');
  useEffect(() => {
    const over = new AbortController();
    const timer = setTimeout(() => {
      ask(MeshMomentDocument, { id: meshId, time: new Date(time).toISOString() }, over.signal).then(
        ({ meshAt }) => {
          moment.value = meshAt;
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
  }, [meshId, time]);
  return { moment: moment.value, fault: fault.value };
}

function Opened({ live, state }: { live: LiveMesh; state: MeshState }): JSX.Element {
  const [from, to] = lifeOf(state);
  const at = param('at') === '' ? to - from : Number(param('at'));
  const { moment, fault } = useMoment(live.id, from + at);
  const past = useMemo(() => (moment === undefined ? undefined : state.asOf(moment)), [moment, state]);
  return (
    <div class="past">
      <div class="past-tools">
        <label>
          <span>
            {clock(from + at)} <span class="muted">+{duration(at / 1000)}</span>
          </span>
          <input
            type="range"
            aria-label="Time"
            min={0}
            max={Math.ceil(to - from)}
            step={Math.max(1, Math.round((to - from) / 500))}
            value={at}
            onInput={(event) => go({ at: event.currentTarget.value }, { replace: true })}
          />
        </label>
        {past !== undefined && <CountsBar counts={past.counts} />}
        <span class="muted">event {count(moment?.seq ?? 0)}</span>
      </div>
      <FaultBox text={fault} />
      <div class="past-graph">{past !== undefined && <GraphView live={live} state={past} />}</div>
    </div>
  );
}

export function PastView(): JSX.Element | null {
  const live = openMesh.value;
  const state = live?.state.value;
  return live === undefined || state === undefined ? null : <Opened live={live} state={state} />;
}
