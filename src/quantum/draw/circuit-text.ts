/**
 * A circuit as lines of text: a line for each wire, one between them for what connects them, in blocks that fit a width.
 * Called by `taskmesh circuit draw`.
 */
import type { Circuit } from '../circuit.js';
import { type Drawn, type Layout, type Mark, layoutCircuit } from './layout.js';

const symbols: Readonly<Record<Mark['kind'], string>> = {
  box: '',
  control: '●',
  'open control': '○',
  target: '⊕',
  swap: '×',
  measure: '┤M├',
  barrier: '░',
  bit: '╩',
};

function cellOf({ kind, label }: Mark): string {
  if (kind === 'box') return `┤${label}├`;
  return kind === 'bit' ? `╩${label}` : symbols[kind];
}

function centred(cell: string, width: number, fill: string): string {
  const left = Math.floor((width - cell.length) / 2);
  return fill.repeat(left) + cell + fill.repeat(width - cell.length - left);
}

/** The symbol of a bit stands under the line, its label behind it. */
function placed(mark: Mark, width: number, fill: string): string {
  if (mark.kind !== 'bit') return centred(cellOf(mark), width, fill);
  const left = Math.floor((width - 1) / 2);
  return (fill.repeat(left) + cellOf(mark)).padEnd(width, fill).slice(0, width);
}

/** Odd, so that lines meet in the middle; a label of a bit stands right of the middle. */
function widthOf(drawn: readonly Drawn[]): number {
  let width = 3;
  for (const { marks } of drawn)
    for (const mark of marks) {
      const { length } = cellOf(mark);
      width = Math.max(width, mark.kind === 'bit' ? 2 * length - 1 : length + 2);
    }
  return width + (1 - (width % 2));
}

interface Column {
  readonly width: number;
  /** By wire, and what goes down from it. */
  readonly cells: readonly string[];
  readonly gaps: readonly string[];
}

function columnOf(layout: Layout, drawn: readonly Drawn[]): Column {
  const width = widthOf(drawn);
  const cells = layout.wires.map(({ classical }) => (classical ? '═' : '─').repeat(width));
  const gaps = layout.wires.map(() => ' '.repeat(width));
  for (const { marks, from, to, classicalFrom } of drawn) {
    const isBarrier = marks[0]?.kind === 'barrier';
    for (let wire = from; wire <= to && !isBarrier; wire++) {
      const double = classicalFrom !== -1 && wire >= classicalFrom;
      const fill = layout.wires[wire]?.classical === true ? '═' : '─';
      const crossing = fill === '═' ? (double ? '╬' : '╪') : double ? '╫' : '┼';
      cells[wire] = centred(crossing, width, fill);
      if (wire < to) gaps[wire] = centred(double ? '║' : '│', width, ' ');
    }
    for (const mark of marks)
      cells[mark.wire] = placed(mark, width, layout.wires[mark.wire]?.classical === true ? '═' : '─');
  }
  return { width, cells, gaps };
}

function blockOf(layout: Layout, labels: readonly string[], columns: readonly Column[]): string {
  const indent = ' '.repeat(labels[0]?.length ?? 0);
  const lines = layout.wires.flatMap(({ classical }, wire) => {
    const row = labels[wire] + columns.map(({ cells }) => cells[wire]).join('') + (classical ? '═' : '─');
    const gap = indent + columns.map(({ gaps }) => gaps[wire]).join('');
    return [row, gap.trimEnd()];
  });
  return lines.slice(0, -1).join('\n');
}

function blocksOf(columns: readonly Column[], room: number): Column[][] {
  const blocks: Column[][] = [[]];
  let used = 0;
  for (const column of columns) {
    if (used > 0 && used + column.width > room) {
      blocks.push([]);
      used = 0;
    }
    blocks.at(-1)?.push(column);
    used += column.width;
  }
  return blocks;
}

/** `width` in characters; a single column that is wider than that stands alone. */
export function circuitText(circuit: Circuit, width = 100): string {
  const layout = layoutCircuit(circuit);
  const byColumn: Drawn[][] = Array.from({ length: layout.columns }, () => []);
  for (const drawn of layout.drawn) byColumn[drawn.column]?.push(drawn);
  const longest = Math.max(0, ...layout.wires.map(({ label }) => label.length));
  const labels = layout.wires.map(
    ({ label, classical }) => `${label.padEnd(longest)} ${classical ? '═' : '─'}`,
  );
  const columns = byColumn.map((drawn) => columnOf(layout, drawn));
  const blocks = blocksOf(columns, Math.max(1, width - longest - 3));
  const pictures = blocks.map((block) => blockOf(layout, labels, block));
  const rest = layout.left === 0 ? '' : `\n\n… and ${layout.left} more operations`;
  return `${pictures.join('\n\n\n')}${rest}\n`;
}
