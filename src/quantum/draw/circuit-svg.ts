/** A circuit as SVG, one row for each wire. Called by `taskmesh circuit draw --svg`. It has no scripts and loads nothing. */
import type { Circuit } from '../circuit.js';
import { type Drawn, type Layout, type Mark, type MarkKind, layoutCircuit } from './layout.js';
import { INK, LINE, decimal, escapeXml, svgDocument } from './svg.js';

const ROW = 46;
const TOP = 30;
const BOX = 30;
const CHARACTER = 7.5;

const fills: Readonly<Partial<Record<MarkKind, string>>> = { box: '#dbeafe', measure: '#fef3c7' };

interface Grid {
  readonly layout: Layout;
  /** Middles of the columns. */
  readonly x: readonly number[];
  readonly left: number;
  readonly right: number;
}

function y(wire: number): number {
  return TOP + wire * ROW;
}

function boxWidth({ label }: Mark): number {
  return Math.max(BOX, label.length * CHARACTER + 12);
}

function gridOf(layout: Layout): Grid {
  const widths = Array.from({ length: layout.columns }, () => BOX);
  for (const { column, marks } of layout.drawn)
    for (const mark of marks) {
      const wanted = mark.kind === 'bit' ? 2 * mark.label.length * 6 : boxWidth(mark);
      widths[column] = Math.max(widths[column] ?? 0, wanted);
    }
  const longest = Math.max(0, ...layout.wires.map(({ label }) => label.length));
  const left = 16 + longest * CHARACTER;
  let at = left + 14;
  const x = widths.map((width) => {
    const middle = at + width / 2;
    at += width + 14;
    return middle;
  });
  return { layout, x, left, right: at };
}

function line(x1: number, y1: number, x2: number, y2: number, more = ''): string {
  return `<path d="M${decimal(x1)} ${decimal(y1)}L${decimal(x2)} ${decimal(y2)}" stroke="${LINE}" fill="none"${more}/>`;
}

function wires({ layout, left, right }: Grid): string[] {
  return layout.wires.flatMap(({ label, classical }, wire) => {
    const text = `<text x="${decimal(left - 6)}" y="${y(wire) + 4}" class="right">${escapeXml(label)}</text>`;
    if (!classical) return [text, line(left, y(wire), right, y(wire))];
    return [
      text,
      line(left, y(wire) - 1.5, right, y(wire) - 1.5),
      line(left, y(wire) + 1.5, right, y(wire) + 1.5),
    ];
  });
}

function links({ marks, from, to, classicalFrom }: Drawn, x: number): string[] {
  if (from === to || marks[0]?.kind === 'barrier') return [];
  const quantumTo = classicalFrom === -1 ? to : classicalFrom;
  const parts = from < quantumTo ? [line(x, y(from), x, y(quantumTo), ' stroke-width="1.5"')] : [];
  if (classicalFrom === -1) return parts;
  return [...parts, ...[-1.5, 1.5].map((by) => line(x + by, y(classicalFrom), x + by, y(to)))];
}

function boxOf(mark: Mark, x: number): string {
  const [width, top] = [boxWidth(mark), y(mark.wire) - BOX / 2];
  return `<rect x="${decimal(x - width / 2)}" y="${top}" width="${decimal(width)}" height="${BOX}" rx="3" fill="${fills[mark.kind] ?? '#ffffff'}" stroke="${LINE}"/><text x="${decimal(x)}" y="${y(mark.wire) + 4.5}">${escapeXml(mark.label)}</text>`;
}

function circle(x: number, wire: number, radius: number, fill: string): string {
  return `<circle cx="${decimal(x)}" cy="${y(wire)}" r="${radius}" fill="${fill}" stroke="${INK}"/>`;
}

/** A dial with its hand. */
function meter(mark: Mark, x: number): string {
  const middle = y(mark.wire);
  return `${boxOf({ ...mark, label: '' }, x)}<path d="M${decimal(x - 9)} ${middle + 5}a9 9 0 0 1 18 0M${decimal(x)} ${middle + 5}l7 -12" stroke="${INK}" fill="none"/>`;
}

function markOf(mark: Mark, x: number): string {
  const middle = y(mark.wire);
  switch (mark.kind) {
    case 'box':
      return boxOf(mark, x);
    case 'measure':
      return meter(mark, x);
    case 'control':
      return circle(x, mark.wire, 4.5, INK);
    case 'open control':
      return circle(x, mark.wire, 4.5, '#ffffff');
    case 'target':
      return (
        circle(x, mark.wire, 11, '#ffffff') +
        line(x - 11, middle, x + 11, middle) +
        line(x, middle - 11, x, middle + 11)
      );
    case 'swap':
      return (
        line(x - 6, middle - 6, x + 6, middle + 6, ' stroke-width="2"') +
        line(x - 6, middle + 6, x + 6, middle - 6, ' stroke-width="2"')
      );
    case 'barrier':
      return `<rect x="${decimal(x - 4)}" y="${middle - ROW / 2}" width="8" height="${ROW}" fill="#cbd5e1" opacity="0.7"/>`;
    case 'bit':
      return `<path d="M${decimal(x - 5)} ${middle - 7}h10l-5 8z" fill="${INK}"/><text x="${decimal(x)}" y="${middle + 17}" class="small">${escapeXml(mark.label)}</text>`;
  }
}

export function circuitSvg(circuit: Circuit, title = 'circuit'): string {
  const grid = gridOf(layoutCircuit(circuit));
  const { layout, right } = grid;
  const at = ({ column }: Drawn): number => grid.x[column] ?? 0;
  const rest =
    layout.left === 0
      ? []
      : [
          `<text x="${decimal(grid.left)}" y="${y(layout.wires.length)}" class="left">… and ${layout.left} more operations</text>`,
        ];
  const size = { width: Math.max(240, right + 16), height: y(layout.wires.length) + 6 };
  return svgDocument(size, title, [
    ...wires(grid),
    ...layout.drawn.flatMap((drawn) => links(drawn, at(drawn))),
    ...layout.drawn.flatMap((drawn) => drawn.marks.map((mark) => markOf(mark, at(drawn)))),
    ...rest,
  ]);
}
