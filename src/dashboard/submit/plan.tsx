/** A simulated run: how long, on what it hangs, how busy each layer is, and when each task would run. */
import type { JSX } from 'preact';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { SimulateRunQuery } from '../../generated/dashboard/graphql.js';
import { prepared, scrollBy, useWidth } from '../parts/canvas.js';
import { theme } from '../parts/colours.js';
import { FigureTile, Meter } from '../parts/frame.jsx';
import { duration, percent, plural } from '../parts/words.js';
import type { Row, Stretch } from '../timeline/segments.js';
import { TimeScale } from '../timeline/time-scale.js';
import { HEAD_HEIGHT, LABEL_WIDTH, paintTimeline, ROW_HEIGHT } from '../timeline/timeline-painter.js';

export type Simulated = NonNullable<SimulateRunQuery['simulateRun']>;

const HEIGHT_MAX = 420;

function stretchesOf({ tasks }: Simulated): Stretch[] {
  return tasks.map(({ layer, startSeconds, endSeconds }, task) => ({
    ...{ task, kind: 'running' as const, attempt: 0, outcome: null, layer, node: '' },
    ...{ from: startSeconds * 1000, to: endSeconds * 1000, low: Number.NaN, high: Number.NaN },
  }));
}

function rowsOf({ tasks }: Simulated, all: readonly Stretch[]): Row[] {
  return all
    .map((stretch) => ({ name: tasks[stretch.task]!.key, task: stretch.task, stretches: [stretch] }))
    .sort((a, b) => a.stretches[0]!.from - b.stretches[0]!.from);
}

export function PlanBars({ plan }: { plan: Simulated }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(canvas);
  const scrolled = useSignal(0);
  const whole = HEAD_HEIGHT + plan.tasks.length * ROW_HEIGHT + 8;
  const height = Math.min(HEIGHT_MAX, whole);
  const latest = useSignal(plan);
  latest.value = plan;
  useSignalEffect(() => {
    void theme.value;
    const element = canvas.current;
    if (element === null || width.value === 0) return;
    const all = stretchesOf(latest.value);
    const span = { from: 0, to: Math.max(1, latest.value.makespanSeconds * 1020) };
    const keys = new Set(latest.value.criticalPath.keys);
    const critical = new Set(latest.value.tasks.flatMap(({ key }, task) => (keys.has(key) ? [task] : [])));
    const scale = new TimeScale(all, span, width.value - LABEL_WIDTH - 12);
    const still = { now: -1, begin: 0, selected: -1, brush: undefined };
    paintTimeline({
      ctx: prepared(element, width.value, height),
      width: width.value,
      height,
      rows: rowsOf(latest.value, all),
      all,
      scale,
      ...span,
      ...still,
      scrolled: scrolled.value,
      critical,
    });
  });
  return (
    <div
      class="timeline-frame"
      style={{ height: `${height}px` }}
      onWheel={(event) => scrollBy(scrolled, whole - height, event)}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={`The simulated run: ${plural(plan.tasks.length, 'task')} in ${duration(plan.makespanSeconds)}`}
        style={{ height: `${height}px` }}
      />
    </div>
  );
}

export function PlanFigures({ plan }: { plan: Simulated }): JSX.Element {
  const { makespanSeconds, criticalPath, tasks, unknown, assumedSeconds } = plan;
  return (
    <>
      <dl class="figures">
        <FigureTile
          name="Makespan"
          value={duration(makespanSeconds)}
          says={
            unknown > 0
              ? `${plural(unknown, 'task')} nobody has seen: ${assumedSeconds} s assumed`
              : 'by learned run times'
          }
        />
        <FigureTile
          name="Critical path"
          value={duration(criticalPath.seconds)}
          says={plural(criticalPath.keys.length, 'task')}
        />
        <FigureTile name="Tasks" value={tasks.length} />
        <FigureTile
          name="Slack for more places"
          value={duration(Math.max(0, makespanSeconds - criticalPath.seconds))}
          says="what more places could save at most"
        />
      </dl>
      <ul class="layer-loads">
        {plan.layers.map(({ layer, slots, utilisation }) => (
          <li key={layer}>
            <span>{layer}</span>
            <span class="muted">{plural(slots, 'slot')}</span>
            <Meter share={utilisation} label={`${percent(utilisation)} busy`} />
            <span class="cell-number">{percent(utilisation)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
