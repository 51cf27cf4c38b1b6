/**
 * The mesh over time: a bar for every attempt, what is expected ahead of now, how many ran at once. Drag selects a time
 * (it stands in the address), a click opens the task; rows are buttons for those who do not point.
 */
import { useSignal, useSignalEffect, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { MeshAttemptsDocument } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { found } from '../graph/finding.js';
import type { LiveMesh } from '../mesh/live-mesh.js';
import type { MeshState } from '../mesh/mesh-state.js';
import { openMesh } from '../mesh/open-mesh.js';
import { prepared, scrollBy, useWidth } from '../parts/canvas.js';
import { theme } from '../parts/colours.js';
import { Empty, FaultBox, Tabs } from '../parts/frame.jsx';
import { clock, duration, lower, plural } from '../parts/words.js';
import { go, param } from '../address/address.js';
import { type Row, rowsByLane, rowsByTask, type Stretch, stretches } from './segments.js';
import { TimeScale, type Span } from './time-scale.js';
import { HEAD_HEIGHT, LABEL_WIDTH, paintTimeline, ROW_HEIGHT } from './timeline-painter.js';

const LOOK_MS = 2000;
const TICK_MS = 250;
const BRUSH_MIN = 6;
const HEIGHT_MAX = 620;

interface Drawn {
  readonly rows: readonly Row[];
  readonly all: readonly Stretch[];
  readonly span: Span;
  readonly begin: number;
  readonly now: number;
}

function drawnOf(state: MeshState, ids: readonly string[], attempts: Parameters<typeof stretches>[2]): Drawn {
  const now = state.now();
  const all = stretches(state, ids, attempts, now);
  const places = found(state, param('q'), param('status'));
  const only = places && new Set(places);
  const rows = param('rows') === 'lanes' ? rowsByLane(all, only) : rowsByTask(state, all, only);
  let [begin, end] = [Number.POSITIVE_INFINITY, 0];
  for (const { from, to, high } of all) {
    begin = Math.min(begin, from);
    end = Math.max(end, to, Number.isNaN(high) ? 0 : high);
  }
  const [from, to] = [Number(param('from')), Number(param('to'))];
  const span =
    to > from && to > 0
      ? { from: begin + from, to: begin + to }
      : { from: begin, to: begin + (end - begin) * 1.02 };
  return { rows, all, span, begin, now };
}

const KEY: readonly (readonly [string, string])[] = [
  ['--pending', 'blocked'],
  ['--queued', 'queued'],
  ['--running', 'running'],
  ['--completed', 'completed'],
  ['--failed', 'failed'],
  ['--retrying', 'waiting for another try'],
  ['--accent', 'expected, 10 to 90 %'],
];

const SAYS: Readonly<Record<Stretch['kind'], string>> = {
  blocked: 'blocked: not ready yet',
  queued: 'queued for a free place',
  running: 'running',
  retrying: 'waiting for another try',
  expected: 'expected',
};

function Hint({
  stretch,
  state,
  at,
}: {
  stretch: Stretch;
  state: MeshState;
  at: readonly [number, number];
}): JSX.Element {
  return (
    <div class="timeline-hint" style={{ left: `${at[0] + 12}px`, top: `${at[1] + 14}px` }}>
      <b>{state.names[stretch.task]}</b>
      <br />
      {stretch.kind === 'running' && stretch.outcome !== null ? lower(stretch.outcome) : SAYS[stretch.kind]}
      {stretch.attempt > 0 && `, attempt ${stretch.attempt}`}, {duration((stretch.to - stretch.from) / 1000)}
      <br />
      <span class="muted">
        {clock(stretch.from)} – {clock(stretch.to)}
        {stretch.node !== '' && ` on ${stretch.node}`}
      </span>
    </div>
  );
}

function Rows({
  rows,
  scrolled,
  height,
  state,
}: {
  rows: readonly Row[];
  scrolled: number;
  height: number;
  state: MeshState;
}): JSX.Element {
  const first = Math.floor(scrolled / ROW_HEIGHT);
  const shown = rows.slice(first, first + Math.ceil(height / ROW_HEIGHT));
  return (
    <div class="mirror" role="group" aria-label="Rows">
      {shown.map(({ task, name }, index) =>
        task < 0 ? null : (
          <button
            key={task}
            type="button"
            aria-label={`${name}, open`}
            style={{
              left: 0,
              width: `${LABEL_WIDTH}px`,
              height: `${ROW_HEIGHT}px`,
              top: `${HEAD_HEIGHT + (first + index) * ROW_HEIGHT - scrolled}px`,
            }}
            onClick={() => go({ task: state.ids[task]! })}
          />
        ),
      )}
    </div>
  );
}

interface Hands {
  readonly drawn: Signal<Drawn | undefined>;
  readonly scale: { current: TimeScale | undefined };
  readonly scrolled: Signal<number>;
  readonly brush: Signal<readonly [number, number] | undefined>;
  readonly hint: Signal<{ readonly stretch: Stretch; readonly at: readonly [number, number] } | undefined>;
  readonly state: MeshState;
}

function stretchAt({ drawn, scale, scrolled }: Hands, x: number, y: number): Stretch | undefined {
  const row = drawn.peek()?.rows[Math.floor((y - HEAD_HEIGHT + scrolled.peek()) / ROW_HEIGHT)];
  if (row === undefined || y < HEAD_HEIGHT || x < LABEL_WIDTH || scale.current === undefined)
    return undefined;
  const [from, to] = [scale.current.toTime(x - LABEL_WIDTH - 3), scale.current.toTime(x - LABEL_WIDTH + 3)];
  return row.stretches.findLast((one) => one.from <= to && one.to >= from);
}

/** Drag is a brush, a click opens, a double click shows all again. */
function useHands(canvas: { current: HTMLCanvasElement | null }, hands: Hands): void {
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const { brush, hint, scale, drawn, state } = hands;
    let began = Number.NaN;
    const at = ({ offsetX, offsetY }: MouseEvent): readonly [number, number] => [offsetX, offsetY];
    element.onpointerdown = (event) => {
      element.setPointerCapture(event.pointerId);
      began = event.offsetX;
    };
    element.onpointermove = (event) => {
      const [x, y] = at(event);
      if (event.buttons === 1 && began > LABEL_WIDTH) brush.value = [Math.min(began, x), Math.max(began, x)];
      const stretch = stretchAt(hands, x, y);
      hint.value = stretch === undefined || event.buttons === 1 ? undefined : { stretch, at: [x, y] };
    };
    element.onpointerup = (event) => {
      const chosen = brush.peek();
      brush.value = undefined;
      if (chosen !== undefined && chosen[1] - chosen[0] > BRUSH_MIN && scale.current !== undefined) {
        const begin = drawn.peek()?.begin ?? 0;
        const [from, to] = chosen.map((place) =>
          Math.round((scale.current as TimeScale).toTime(place - LABEL_WIDTH) - begin),
        );
        return go({ from: String(from), to: String(to) });
      }
      const stretch = stretchAt(hands, ...at(event));
      if (stretch !== undefined) go({ task: state.ids[stretch.task]! });
    };
    element.onpointerleave = () => (hint.value = undefined);
    element.ondblclick = () => go({ from: null, to: null });
  }, [hands.state]);
}

function wholeOf(rows: number): number {
  return HEAD_HEIGHT + rows * ROW_HEIGHT + 8;
}

function heightOf(rows: number): number {
  return Math.min(HEIGHT_MAX, wholeOf(rows));
}

function Canvas({
  live,
  state,
  drawn,
}: {
  live: LiveMesh;
  state: MeshState;
  drawn: Signal<Drawn | undefined>;
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = useRef<TimeScale | undefined>(undefined);
  const scrolled = useSignal(0);
  const brush = useSignal<readonly [number, number] | undefined>(undefined);
  const hint = useSignal<{ readonly stretch: Stretch; readonly at: readonly [number, number] } | undefined>(
    undefined,
  );
  const width = useWidth(canvas);
  const rows = drawn.value?.rows ?? [];
  const height = heightOf(rows.length);
  useHands(canvas, { drawn, scale, scrolled, brush, hint, state });
  useSignalEffect(() => {
    const picture = drawn.value;
    void theme.value;
    const element = canvas.current;
    if (picture === undefined || element === null || width.value === 0) return;
    const high = heightOf(picture.rows.length);
    scale.current = new TimeScale(picture.all, picture.span, width.value - LABEL_WIDTH - 12);
    const critical = new Set(param('path') === '1' ? (live.path.value?.places ?? []) : []);
    const { rows: lines, all, span, begin, now } = picture;
    paintTimeline({
      ctx: prepared(element, width.value, high),
      width: width.value,
      height: high,
      rows: lines,
      all,
      scale: scale.current,
      ...span,
      now,
      begin,
      scrolled: scrolled.value,
      critical,
      selected: state.places.get(param('task')) ?? -1,
      brush: brush.value,
    });
  });
  return (
    <div
      class="timeline-frame"
      style={{ height: `${height}px` }}
      onWheel={(event) => scrollBy(scrolled, wholeOf(rows.length) - height, event)}
    >
      <canvas ref={canvas} role="img" aria-label="The tasks over time" style={{ height: `${height}px` }} />
      <Rows rows={rows} scrolled={scrolled.value} height={height - HEAD_HEIGHT} state={state} />
      {hint.value !== undefined && <Hint stretch={hint.value.stretch} at={hint.value.at} state={state} />}
    </div>
  );
}

function Opened({ live, state }: { live: LiveMesh; state: MeshState }): JSX.Element {
  const { value, fault } = useAsk(MeshAttemptsDocument, { id: live.id }, state.isOpen ? LOOK_MS : undefined);
  const drawn = useSignal<Drawn | undefined>(undefined);
  const graph = value.value?.meshGraph;
  const wish = [param('q'), param('status'), param('rows'), param('from'), param('to')].join('|');
  useEffect(() => {
    if (graph == null) return undefined;
    const draw = (): void => void (drawn.value = drawnOf(state, graph.ids, graph.attempts));
    draw();
    const timer = setInterval(() => {
      if (state.isOpen && !document.hidden) draw();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [graph, state, wish, live.eta.value]);
  const isZoomed = param('to') !== '';
  return (
    <div class="timeline">
      <div class="timeline-head">
        <Tabs
          label="Rows"
          param="rows"
          tabs={[
            { id: 'tasks', name: 'By task' },
            { id: 'lanes', name: 'By layer and node' },
          ]}
        />
        {isZoomed && (
          <button type="button" onClick={() => go({ from: null, to: null })}>
            Show all
          </button>
        )}
        <span class="muted">{plural(drawn.value?.rows.length ?? 0, 'row')}. Drag selects a time.</span>
        <ul class="timeline-key" aria-label="Colours">
          {KEY.map(([tone, word]) => (
            <li key={word}>
              <i aria-hidden="true" style={{ background: `var(${tone})` }} />
              {word}
            </li>
          ))}
        </ul>
      </div>
      <FaultBox text={fault.value} />
      {drawn.value !== undefined && drawn.value.rows.length === 0 ? (
        <Empty title="Nothing has run yet" />
      ) : (
        <Canvas live={live} state={state} drawn={drawn} />
      )}
    </div>
  );
}

export function TimelineView(): JSX.Element | null {
  const live = openMesh.value;
  const state = live?.state.value;
  return live === undefined || state === undefined ? null : <Opened live={live} state={state} />;
}
