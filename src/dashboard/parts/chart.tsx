/**
 * A chart drawn as SVG in the colours of the page: lines over time or over a number, or points alone; what is under the
 * pointer is told beside it. 2 kB, where the library that was here before was 21 (docs/decisions/0035).
 */
import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { useWidth } from './canvas.js';
import { logMarks, marksOf, type Range, scaleOf, timeMarks } from './ticks.js';

export interface Line {
  readonly name: string;
  /** A custom property. */
  readonly tone: string;
  readonly filled?: boolean;
  readonly stepped?: boolean;
  /** Points alone, not joined. */
  readonly dots?: boolean;
}

type Values = readonly (number | null)[];

export interface ChartProps {
  /** For those who cannot see it. */
  readonly label: string;
  readonly lines: readonly Line[];
  /** The first row are the places, in seconds since 1970 where `isTime`. */
  readonly points: readonly Values[];
  readonly height?: number;
  readonly isTime?: boolean;
  readonly words?: (value: number) => string;
  readonly xWords?: (value: number) => string;
  readonly isLog?: boolean;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [54, 10, 8, 22];
const X_APART = 84;
const Y_APART = 34;
const DAY_SECONDS = 86_400;
const HOUR = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const SECOND = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const MOMENT = new Intl.DateTimeFormat(undefined, {
  ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  hourCycle: 'h23',
});

function rangeOf(rows: readonly Values[]): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows)
    for (const value of row)
      if (value !== null && Number.isFinite(value))
        [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low <= high ? [low, high] : [0, 1];
}

function xRange(places: Values, isLog: boolean): Range {
  const [low, high] = rangeOf([places]);
  if (isLog) return [low / 1.15, high * 1.15];
  return low < high ? [low, high] : [low - 1, high + 1];
}

function yRange(rows: readonly Values[], isLog: boolean): Range {
  const [low, high] = rangeOf(rows);
  if (isLog) return [low / 1.15, high * 1.15];
  return [Math.min(0, low), high <= 0 ? 1 : high * 1.08];
}

/** Minutes where marks are less than a day apart, seconds where they are less than a minute. */
function timeWords(marks: readonly number[]): (seconds: number) => string {
  const apart = (marks[1] ?? 0) - (marks[0] ?? 0);
  const format = apart >= DAY_SECONDS ? DAY : apart > 0 && apart < 60 ? SECOND : HOUR;
  return (seconds) => format.format(seconds * 1000);
}

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xMarks: readonly number[];
  readonly yMarks: readonly number[];
}

function scalesOf({ points, isTime = true, isLog = false }: ChartProps, [width, height]: Range): Scales {
  const [wide, high] = [xRange(points[0] ?? [], isLog), yRange(points.slice(1), isLog)];
  const most = Math.max(2, Math.floor((width - LEFT - RIGHT) / X_APART));
  const shift = new Date().getTimezoneOffset() * 60;
  return {
    x: scaleOf(wide, [LEFT, width - RIGHT], isLog),
    y: scaleOf(high, [height - BOTTOM, TOP], isLog),
    xMarks: isLog ? logMarks(wide) : isTime ? timeMarks(wide, most, shift) : marksOf(wide, most),
    yMarks: isLog ? logMarks(high) : marksOf(high, Math.max(2, Math.floor(height / Y_APART))),
  };
}

/** Pieces of a line between its gaps. */
function piecesOf(places: Values, row: Values, { x, y }: Scales, stepped: boolean): string[] {
  const pieces: string[] = [];
  let path = '';
  row.forEach((value, index) => {
    const place = places[index];
    if (value === null || place == null) {
      if (path !== '') pieces.push(path);
      path = '';
      return;
    }
    const [left, top] = [x(place).toFixed(1), y(value).toFixed(1)];
    path += path === '' ? `M${left} ${top}` : stepped ? `H${left}V${top}` : `L${left} ${top}`;
  });
  return path === '' ? pieces : [...pieces, path];
}

interface DrawnProps {
  readonly line: Line;
  readonly places: Values;
  readonly row: Values;
  readonly scales: Scales;
  readonly floor: number;
}

function Drawn({ line, places, row, scales, floor }: DrawnProps): JSX.Element {
  const colour = `var(${line.tone})`;
  if (line.dots === true)
    return (
      <g fill={colour} fill-opacity={0.65}>
        {row.map((value, index) =>
          value === null || places[index] == null ? null : (
            <circle key={index} cx={scales.x(places[index])} cy={scales.y(value)} r={2.5} />
          ),
        )}
      </g>
    );
  const pieces = piecesOf(places, row, scales, line.stepped === true);
  return (
    <g>
      {line.filled === true &&
        pieces.map((piece) => {
          const [first] = /[\d.]+/.exec(piece) ?? ['0'];
          const last = /[HL]([\d.]+)(?:[V ][\d.]+)?$/.exec(piece)?.[1] ?? first;
          return (
            <path
              key={piece}
              d={`${piece}L${last} ${floor}L${first} ${floor}Z`}
              fill={colour}
              fill-opacity={0.15}
            />
          );
        })}
      <path d={pieces.join('')} fill="none" stroke={colour} stroke-width={1.5} stroke-linejoin="round" />
    </g>
  );
}

interface AxesProps {
  readonly scales: Scales;
  readonly size: Range;
  readonly words: (value: number) => string;
  readonly xWords: (value: number) => string;
}

function Axes({
  scales: { x, y, xMarks, yMarks },
  size: [width, height],
  words,
  xWords,
}: AxesProps): JSX.Element {
  return (
    <g class="chart-axes">
      {yMarks.map((mark) => (
        <g key={mark}>
          <line x1={LEFT} x2={width - RIGHT} y1={y(mark)} y2={y(mark)} />
          <text x={LEFT - 8} y={y(mark)} text-anchor="end" dominant-baseline="central">
            {words(mark)}
          </text>
        </g>
      ))}
      {xMarks.map((mark) => (
        <text key={mark} x={x(mark)} y={height - 5} text-anchor="middle">
          {xWords(mark)}
        </text>
      ))}
    </g>
  );
}

function nearest(places: Values, x: (value: number) => number, at: number): number {
  let [found, least] = [-1, Number.POSITIVE_INFINITY];
  places.forEach((place, index) => {
    const away = place === null ? Number.POSITIVE_INFINITY : Math.abs(x(place) - at);
    if (away < least) [found, least] = [index, away];
  });
  return found;
}

interface HintProps extends Pick<ChartProps, 'lines' | 'points'> {
  readonly index: number;
  readonly left: number;
  readonly isRight: boolean;
  readonly words: (value: number) => string;
  readonly moment: string;
}

function Hint({ lines, points, index, left, isRight, words, moment }: HintProps): JSX.Element {
  return (
    <div
      class="chart-hint"
      style={isRight ? { right: `calc(100% - ${left - 10}px)` } : { left: `${left + 10}px` }}
    >
      <span class="muted">{moment}</span>
      {lines.map(({ name, tone }, line) => {
        const value = points[line + 1]?.[index];
        return value == null ? null : (
          <span key={name}>
            <i style={{ background: `var(${tone})` }} />
            {name} <b>{words(value)}</b>
          </span>
        );
      })}
    </div>
  );
}

export function Chart(props: ChartProps): JSX.Element {
  const { label, lines, points, height = 160, isTime = true, words = String, xWords } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const pointed = useSignal(Number.NaN);
  const wide = useComputed(() => Math.max(160, width.value)).value;
  const size = [wide, height] as const;
  const scales = scalesOf(props, size);
  const places = points[0] ?? [];
  const named = xWords ?? (isTime ? timeWords(scales.xMarks) : String);
  const index = Number.isNaN(pointed.value) ? -1 : nearest(places, scales.x, pointed.value);
  const place = places[index] ?? null;
  return (
    <div
      class="chart"
      ref={frame}
      style={{ height: `${height}px` }}
      onPointerMove={(event) => {
        pointed.value = event.clientX - event.currentTarget.getBoundingClientRect().left;
      }}
      onPointerLeave={() => (pointed.value = Number.NaN)}
    >
      <svg role="img" aria-label={label} width={wide} height={height}>
        <Axes scales={scales} size={size} words={words} xWords={named} />
        {place !== null && (
          <line
            class="chart-cursor"
            x1={scales.x(place)}
            x2={scales.x(place)}
            y1={TOP}
            y2={height - BOTTOM}
          />
        )}
        {lines.map((line, number) => (
          <Drawn
            key={line.name}
            line={line}
            places={places}
            row={points[number + 1] ?? []}
            scales={scales}
            floor={height - BOTTOM}
          />
        ))}
      </svg>
      {place !== null && (
        <Hint
          lines={lines}
          points={points}
          index={index}
          left={scales.x(place)}
          isRight={scales.x(place) > wide / 2}
          words={words}
          moment={isTime && xWords === undefined ? MOMENT.format(place * 1000) : named(place)}
        />
      )}
    </div>
  );
}
