/** A circuit as it is drawn on paper: wires from top to bottom, operations from left to right, as the server laid them out. */
import type { JSX } from 'preact';
import type { CircuitDrawnQuery } from '../../generated/dashboard/graphql.js';

export type Report = CircuitDrawnQuery['validateCircuit'];
type Picture = NonNullable<Report['picture']>;
type Drawn = Picture['drawn'][number];
type Mark = Drawn['marks'][number];

const ROW = 38;
const TOP = 24;
const BOX = 26;
const GAP = 12;
const CHARACTER = 7;

function y(wire: number): number {
  return TOP + wire * ROW;
}

function widthOf({ label, kind }: Mark): number {
  return kind === 'bit' ? label.length * 12 : Math.max(BOX, label.length * CHARACTER + 12);
}

interface Grid {
  readonly middles: readonly number[];
  readonly left: number;
  readonly right: number;
}

function gridOf({ columns, drawn, wires }: Picture): Grid {
  const widths = Array.from({ length: columns }, () => BOX);
  for (const { column, marks } of drawn)
    for (const mark of marks) widths[column] = Math.max(widths[column] ?? 0, widthOf(mark));
  const left = 14 + Math.max(0, ...wires.map(({ label }) => label.length)) * CHARACTER;
  let at = left + GAP;
  const middles = widths.map((width) => {
    const middle = at + width / 2;
    at += width + GAP;
    return middle;
  });
  return { middles, left, right: at };
}

function Box({ mark, x }: { mark: Mark; x: number }): JSX.Element {
  const width = widthOf(mark);
  const middle = y(mark.wire);
  return (
    <g>
      <rect
        class={`is-${mark.kind}`}
        x={x - width / 2}
        y={middle - BOX / 2}
        width={width}
        height={BOX}
        rx="4"
      />
      {mark.kind === 'measure' ? (
        <path class="is-dial" d={`M${x - 8} ${middle + 5}a8 8 0 0 1 16 0M${x} ${middle + 5}l6 -11`} />
      ) : (
        <text x={x} y={middle + 4}>
          {mark.label}
        </text>
      )}
    </g>
  );
}

function MarkShape({ mark, x }: { mark: Mark; x: number }): JSX.Element {
  const middle = y(mark.wire);
  switch (mark.kind) {
    case 'control':
      return <circle class="is-control" cx={x} cy={middle} r="4" />;
    case 'open control':
      return <circle class="is-open" cx={x} cy={middle} r="4" />;
    case 'target':
      return (
        <g class="is-target">
          <circle cx={x} cy={middle} r="10" />
          <path d={`M${x - 10} ${middle}h20M${x} ${middle - 10}v20`} />
        </g>
      );
    case 'swap':
      return <path class="is-swap" d={`M${x - 6} ${middle - 6}l12 12M${x - 6} ${middle + 6}l12 -12`} />;
    case 'barrier':
      return <path class="is-barrier" d={`M${x} ${middle - ROW / 2}v${ROW}`} />;
    case 'bit':
      return (
        <g class="is-bit">
          <path d={`M${x - 4} ${middle - 7}h8l-4 7z`} />
          <text x={x} y={middle + 15}>
            {mark.label}
          </text>
        </g>
      );
    default:
      return <Box mark={mark} x={x} />;
  }
}

function Link({
  drawn: { marks, from, to, classicalFrom },
  x,
}: {
  drawn: Drawn;
  x: number;
}): JSX.Element | null {
  if (from === to || marks[0]?.kind === 'barrier') return null;
  const end = classicalFrom === -1 ? to : classicalFrom;
  return (
    <g>
      {from < end && <path class="is-link" d={`M${x} ${y(from)}V${y(end)}`} />}
      {classicalFrom !== -1 && (
        <path
          class="is-double"
          d={`M${x - 1.5} ${y(classicalFrom)}V${y(to)}M${x + 1.5} ${y(classicalFrom)}V${y(to)}`}
        />
      )}
    </g>
  );
}

export function CircuitPicture({ picture }: { picture: Picture }): JSX.Element {
  const { middles, left, right } = gridOf(picture);
  const height = y(picture.wires.length);
  return (
    <div class="circuit-frame" tabIndex={0} role="region" aria-label="Drawing of the circuit">
      <svg
        class="circuit"
        width={right + 8}
        height={height}
        viewBox={`0 0 ${right + 8} ${height}`}
        role="img"
        aria-label={`A circuit of ${picture.wires.length} wires and ${picture.columns} columns`}
      >
        {picture.wires.map(({ label, classical }, wire) => (
          <g key={wire}>
            <text class="is-wire" x={left - 4} y={y(wire) + 4}>
              {label}
            </text>
            <path
              class="is-line"
              d={
                classical
                  ? `M${left} ${y(wire) - 1.5}H${right}M${left} ${y(wire) + 1.5}H${right}`
                  : `M${left} ${y(wire)}H${right}`
              }
            />
          </g>
        ))}
        {picture.drawn.map((drawn, index) => (
          <Link key={index} drawn={drawn} x={middles[drawn.column] ?? 0} />
        ))}
        {picture.drawn.map((drawn, index) =>
          drawn.marks.map((mark) => (
            <MarkShape key={`${index} ${mark.wire}`} mark={mark} x={middles[drawn.column] ?? 0} />
          )),
        )}
      </svg>
      {picture.left > 0 && <p class="muted">and {picture.left} more operations</p>}
    </div>
  );
}
