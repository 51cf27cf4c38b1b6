/** The ablation as one SVG: what each level changes against the one beneath it, with its interval of 95 %, phase by phase. */
import type { Row } from './row.js';

export interface Drawn {
  /** Of the stream. */
  readonly part: string;
  readonly level: string;
  /** Against the level beneath, as a share of what that one costs. */
  readonly mean: number;
  readonly from: number;
  readonly to: number;
}

const WIDTH = 860;
const LINE = 22;
const HEAD = 64;
const LABEL = 210;
const RIGHT = 170;
const STYLE = `text { font: 13px system-ui, sans-serif; fill: #1f2937 } .paper { fill: #ffffff } .faint { stroke: #d1d5db }
.gain { stroke: #15803d; fill: #15803d } .none { stroke: #6b7280; fill: #6b7280 } .loss { stroke: #b91c1c; fill: #b91c1c }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .paper { fill: #0d1117 } .faint { stroke: #374151 }
.gain { stroke: #4ade80; fill: #4ade80 } .none { stroke: #9ca3af; fill: #9ca3af } .loss { stroke: #f87171; fill: #f87171 } }`;

export function pictureOf(rows: readonly Row[]): string {
  const drawn = rows.flatMap((row) => row.drawn ?? []);
  const reach = Math.max(0.01, ...drawn.flatMap(({ from, to }) => [Math.abs(from), Math.abs(to)]));
  const parts = [...new Set(drawn.map(({ part }) => part))];
  const height = HEAD + LINE * (drawn.length + parts.length) + 12;
  const middle = LABEL + (WIDTH - LABEL - RIGHT) / 2;
  const x = (share: number): string => (middle + (share / reach) * (middle - LABEL)).toFixed(1);
  const lines: string[] = [];
  let y = HEAD;
  for (const part of parts) {
    lines.push(text(12, y, part, 'font-weight="600"'));
    y += LINE;
    for (const one of drawn.filter((other) => other.part === part)) {
      lines.push(lineOf(one, y, x));
      y += LINE;
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">`,
    `<style>${STYLE}</style><rect class="paper" width="${WIDTH}" height="${height}"/>`,
    text(
      12,
      24,
      'What each level changes against the one beneath it: mean slowdown of meshes, interval of 95 %',
    ),
    text(LABEL, 44, 'sooner done'),
    text(WIDTH - RIGHT - 70, 44, 'later done'),
    `<line class="faint" x1="${x(0)}" x2="${x(0)}" y1="${HEAD - 14}" y2="${height - 12}"/>`,
    ...lines,
    '</svg>\n',
  ].join('\n');
}

function lineOf({ level, mean, from, to }: Drawn, y: number, x: (share: number) => string): string {
  const verdict = to < 0 ? 'gain' : from > 0 ? 'loss' : 'none';
  const said = verdict === 'none' ? 'no measurable gain' : `${(100 * mean).toFixed(1)} %`;
  const middle = y - 4;
  return [
    text(24, y, level),
    `<g class="${verdict}"><line stroke-width="2" x1="${x(from)}" x2="${x(to)}" y1="${middle}" y2="${middle}"/>`,
    `<circle cx="${x(mean)}" cy="${middle}" r="4"/></g>`,
    text(WIDTH - RIGHT + 16, y, said),
  ].join('');
}

function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${x}" y="${y}"${more === '' ? '' : ` ${more}`}>${words}</text>`;
}
