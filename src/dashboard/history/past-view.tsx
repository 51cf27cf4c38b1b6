/** The tab Past of a mesh: its graph as it was at the moment of the slider, asked of the server's history, and played on. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import {
  MeshGraphDocument,
  MeshMomentDocument,
  type MeshMomentQuery,
  MeshSpanDocument,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { useAsk } from '../api/use-ask.js';
import { GraphView } from '../graph/graph-view.jsx';
import { openMesh } from '../mesh/open-mesh.js';
import { FaultBox } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { CountsBar, describeCounts } from '../parts/status-mark.jsx';
import { FAILED } from '../parts/statuses.js';
import { clock, count, day, duration } from '../parts/words.js';
import { go, param } from '../address/address.js';
import { useKeys } from '../shell/keyboard.js';
import '../style/history.css';
import { PastState } from './past-state.js';

type Moment = MeshMomentQuery['meshAt'];

const STEPS = 1000;
const PLAY_MS = 120;
/** So many pictures from the first moment to the last. */
const PLAY_STEPS = 120;
const MARKS_MAX = 200;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Asked once the slider has rested for a frame; the last answer stays until the next one. */
function useMoment(
  id: string,
  time: number,
): { moment: { readonly is: Moment; readonly time: number } | undefined; fault: string } {
  const moment = useSignal<{ readonly is: Moment; readonly time: number } | undefined>(undefined);
  const fault = useSignal('');
  useEffect(() => {
    if (Number.isNaN(time)) return undefined;
    const over = new AbortController();
    const frame = requestAnimationFrame(() => {
      ask(MeshMomentDocument, { id, time: new Date(time).toISOString() }, over.signal).then(
        ({ meshAt }) => {
          moment.value = { is: meshAt, time };
          fault.value = '';
        },
        (error: unknown) => {
          if (!over.signal.aborted) fault.value = wordsOf(error);
        },
      );
    });
    return () => {
      cancelAnimationFrame(frame);
      over.abort();
    };
  }, [id, time]);
  return { moment: moment.value, fault: fault.value };
}

function goTo(time: number): void {
  go({ at: new Date(time).toISOString() }, { replace: true });
}

function usePlaying({ from, to }: Span, time: number): { isPlaying: boolean; turn: () => void } {
  const isPlaying = useSignal(false);
  useEffect(() => {
    if (!isPlaying.value) return undefined;
    const timer = setTimeout(() => {
      const next = time + (to - from) / PLAY_STEPS;
      if (next >= to) isPlaying.value = false;
      goTo(Math.min(to, next));
    }, PLAY_MS);
    return () => clearTimeout(timer);
  }, [isPlaying.value, time]);
  const turn = (): void => {
    if (!isPlaying.value && time >= to) goTo(from);
    isPlaying.value = !isPlaying.value;
  };
  return { isPlaying: isPlaying.value, turn };
}

/** When tasks failed, as marks above the slider. */
function Failures({ state, span }: { state: PastState | undefined; span: Span }): JSX.Element {
  const live = openMesh.value?.state.value;
  const times: number[] = [];
  if (live !== undefined && state !== undefined)
    for (let place = 0; place < live.size && times.length < MARKS_MAX; place++)
      if (live.status[place] === FAILED && !Number.isNaN(live.finishedAt[place]))
        times.push(live.finishedAt[place] as number);
  return (
    <div class="past-marks" aria-hidden="true">
      {times.map((time, index) => (
        <span
          key={index}
          style={{ left: `${(((time - span.from) / (span.to - span.from)) * 100).toFixed(2)}%` }}
          title={`failed at ${clock(time)}`}
        />
      ))}
    </div>
  );
}

function Slider({
  span,
  time,
  state,
  seq,
}: {
  span: Span;
  time: number;
  state: PastState | undefined;
  seq: number | undefined;
}): JSX.Element {
  const { isPlaying, turn } = usePlaying(span, time);
  const step = Math.max(1, (span.to - span.from) / STEPS);
  useKeys([{ key: ' ', says: 'Play or pause the past', run: turn }], [isPlaying, time]);
  return (
    <div class="past-slider">
      <button
        type="button"
        class="icon-button"
        aria-label={isPlaying ? 'Pause' : 'Play'}
        title="Play (space)"
        onClick={turn}
      >
        <Glyph name={isPlaying ? 'pause' : 'play'} />
      </button>
      <div class="past-track">
        <Failures state={state} span={span} />
        <input
          type="range"
          aria-label="Moment"
          aria-valuetext={`${clock(time)}, ${duration((time - span.from) / 1000)} after it was made`}
          min={span.from}
          max={span.to}
          step={step}
          value={time}
          onInput={(event) => goTo(Number(event.currentTarget.value))}
        />
      </div>
      <p class="past-words">
        <b title={day(time)}>{clock(time)}</b>
        <span>{duration((time - span.from) / 1000)} after it was made</span>
        <span class="muted">{seq === undefined ? '' : `event ${count(seq)}`}</span>
      </p>
    </div>
  );
}

export function PastView(): JSX.Element | null {
  const id = param('mesh');
  const { value, fault } = useAsk(MeshSpanDocument, { id });
  const graph = useAsk(MeshGraphDocument, { id });
  const mesh = value.value?.mesh;
  const from = mesh == null ? Number.NaN : Date.parse(mesh.createdAt);
  const opened = useMemo(() => Date.now(), [id]);
  const to =
    mesh == null
      ? Number.NaN
      : Math.max(from + 1, mesh.finishedAt === null ? opened : Date.parse(mesh.finishedAt));
  const wished = Date.parse(param('at'));
  const time = Math.min(to, Math.max(from, Number.isNaN(wished) ? to : wished));
  const { moment, fault: wrong } = useMoment(id, time);
  const snapshot = graph.value.value?.meshGraph;
  const state = useMemo(
    () =>
      moment === undefined || snapshot == null ? undefined : new PastState(snapshot, moment.is, moment.time),
    [moment, snapshot],
  );
  const live = openMesh.value;
  if (Number.isNaN(time) || live === undefined) return <FaultBox text={fault.value} />;
  return (
    <div class="past">
      <div class="past-head">
        <Slider span={{ from, to }} time={time} state={state} seq={moment?.is.seq} />
        {state !== undefined && (
          <p class="past-counts">
            <CountsBar counts={state.counts} />
            <span class="muted">{describeCounts(state.counts)}</span>
          </p>
        )}
        <FaultBox text={wrong || fault.value || graph.fault.value} />
      </div>
      {state !== undefined && <GraphView live={live} state={state} />}
    </div>
  );
}
