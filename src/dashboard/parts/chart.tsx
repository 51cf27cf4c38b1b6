/** A chart of uPlot in the colours of the page: lines over time or over a number. Redrawn when its points or theme change. */
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colourOf, theme } from './colours.js';

export interface Line {
  readonly name: string;
  /** A custom property. */
  readonly tone: string;
  readonly filled?: boolean;
  readonly stepped?: boolean;
  /** Points alone, not joined. */
  readonly dots?: boolean;
}

export interface ChartProps {
  /** For those who cannot see it. */
  readonly label: string;
  readonly lines: readonly Line[];
  /** The first row are the places, in seconds since 1970 where `isTime`. */
  readonly points: readonly (readonly (number | null)[])[];
  readonly height?: number;
  readonly isTime?: boolean;
  readonly words?: (value: number) => string;
  readonly xWords?: (value: number) => string;
  readonly isLog?: boolean;
  /** Where something else names the lines. */
  readonly hasLegend?: boolean;
}

function seriesOf({ name, tone, filled, stepped, dots }: Line): UPlot.Series {
  const stroke = colourOf(tone);
  return {
    label: name,
    stroke,
    width: dots ? 0 : 1.5,
    ...(filled && { fill: `color-mix(in srgb, ${stroke} 18%, transparent)` }),
    ...(stepped && { paths: UPlot.paths.stepped?.({ align: 1 }) as UPlot.Series.PathBuilder }),
    ...(dots && { paths: () => null }),
    points: { show: dots ?? false, size: 4, fill: stroke },
  };
}

const HOUR = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const DAY_SECONDS = 86_400;

/** Days where ticks are a day or more apart. */
function timeWords(seconds: number, apart: number): string {
  return (apart >= DAY_SECONDS ? DAY : HOUR).format(seconds * 1000);
}

function placeWords(
  words: ((value: number, apart: number) => string) | undefined,
): Pick<UPlot.Axis, 'values'> {
  if (words === undefined) return {};
  return {
    values: (_plot, ticks, _axis, _space, apart) =>
      ticks.map((tick) => (tick == null ? '' : words(tick, apart))),
  };
}

function optionsOf(
  { lines, height = 160, isTime = true, words, xWords, isLog, hasLegend = true }: ChartProps,
  width: number,
): UPlot.Options {
  const ink = colourOf('--muted');
  const grid = { stroke: colourOf('--line'), width: 1 };
  const font = '11px "Inter Variable", system-ui, sans-serif';
  const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font };
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    legend: { show: hasLegend && lines.length > 1, live: false },
    scales: {
      x: { time: isTime, ...(isLog && { distr: 3 as const }) },
      y: isLog
        ? { distr: 3 as const }
        : { range: (_plot, low, high) => [Math.min(0, low), high <= 0 ? 1 : high * 1.08] },
    },
    axes: [
      {
        ...axis,
        size: 30,
        ...placeWords(isTime ? (xWords ?? timeWords) : xWords),
      },
      {
        ...axis,
        size: 52,
        ...(words && { values: (_plot, ticks) => ticks.map((tick) => (tick == null ? '' : words(tick))) }),
      },
    ],
    series: [{}, ...lines.map(seriesOf)],
  };
}

export function Chart(props: ChartProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const shade = theme.value;
  const key = JSON.stringify([props.lines, props.height, props.isLog]);
  const plot = useRef<UPlot | undefined>(undefined);
  useEffect(() => {
    const element = frame.current as HTMLDivElement;
    const rows = props.points as unknown as UPlot.AlignedData;
    const drawn = new UPlot(optionsOf(props, element.clientWidth || 300), rows, element);
    plot.current = drawn;
    const sizes = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: props.height ?? 160 }),
    );
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      drawn.destroy();
    };
  }, [key, shade]);
  useEffect(() => plot.current?.setData(props.points as unknown as UPlot.AlignedData), [props.points]);
  return <div class="chart" ref={frame} role="img" aria-label={props.label} />;
}
