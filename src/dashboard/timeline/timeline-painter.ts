/** The picture of the timeline: axis, concurrency, bars of each row, now. Called by the view with what is to be seen. */
import type { AttemptOutcome } from '../../generated/dashboard/graphql.js';
import { colourOf } from '../parts/colours.js';
import { stepOf } from '../parts/ticks.js';
import { duration } from '../parts/words.js';
import { concurrency, type Row, type Stretch } from './segments.js';
import type { TimeScale } from './time-scale.js';

export const ROW_HEIGHT = 24;
export const LABEL_WIDTH = 190;
export const AXIS_HEIGHT = 26;
export const CURVE_HEIGHT = 52;
export const HEAD_HEIGHT = AXIS_HEIGHT + CURVE_HEIGHT;
const BAR_HEIGHT = 14;
const FONT = '"Inter Variable", system-ui, sans-serif';

export interface Picture {
  readonly ctx: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly Row[];
  readonly all: readonly Stretch[];
  readonly scale: TimeScale;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly begin: number;
  readonly scrolled: number;
  readonly critical: ReadonlySet<number>;
  readonly selected: number;
  readonly brush: readonly [number, number] | undefined;
}

const TONE: Readonly<Record<AttemptOutcome, string>> = {
  COMPLETED: '--completed',
  FAILED: '--failed',
  TIMED_OUT: '--failed',
  CRASHED: '--upstream',
  CANCELLED: '--cancelled',
};

export function toneOf({ kind, outcome }: Stretch): string {
  if (kind === 'blocked') return '--pending';
  if (kind === 'queued') return '--queued';
  if (kind === 'retrying') return '--retrying';
  if (kind === 'expected') return '--accent';
  return outcome === null ? '--running' : TONE[outcome];
}

export function paintTimeline(picture: Picture): void {
  const { ctx, width, height } = picture;
  ctx.clearRect(0, 0, width, height);
  ctx.font = `450 11px ${FONT}`;
  ctx.textBaseline = 'middle';
  paintMarks(picture);
  const first = Math.floor(picture.scrolled / ROW_HEIGHT);
  const last = Math.ceil((picture.scrolled + height - HEAD_HEIGHT) / ROW_HEIGHT);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, HEAD_HEIGHT, width, height - HEAD_HEIGHT);
  ctx.clip();
  for (let index = first; index < Math.min(last, picture.rows.length); index++)
    paintRow(picture, picture.rows[index]!, HEAD_HEIGHT + index * ROW_HEIGHT - picture.scrolled);
  ctx.restore();
  paintGaps(picture);
  paintNow(picture);
  paintCurve(picture);
  if (picture.brush !== undefined) {
    ctx.fillStyle = colourOf('--accent');
    ctx.globalAlpha = 0.16;
    ctx.fillRect(picture.brush[0], 0, picture.brush[1] - picture.brush[0], height);
    ctx.globalAlpha = 1;
  }
}

function x(picture: Picture, time: number): number {
  return LABEL_WIDTH + picture.scale.toPlace(time);
}

/** Marks count from the begin of the mesh. */
function paintMarks(picture: Picture): void {
  const { ctx, from, to, begin, width, height } = picture;
  const step = stepOf((to - from) / 1000, Math.max(3, (width - LABEL_WIDTH) / 90)) * 1000;
  ctx.textAlign = 'center';
  for (let time = begin + Math.ceil((from - begin) / step) * step; time <= to; time += step) {
    const at = x(picture, time);
    if (picture.scale.gaps.some((gap) => time > gap.from && time < gap.to)) continue;
    ctx.fillStyle = colourOf('--line');
    ctx.fillRect(Math.round(at), AXIS_HEIGHT - 4, 1, height);
    ctx.fillStyle = colourOf('--muted');
    ctx.fillText(
      time === begin ? '0' : `+${duration((time - begin) / 1000).replace('.0', '')}`,
      at,
      AXIS_HEIGHT / 2,
    );
  }
  ctx.textAlign = 'left';
}

function paintRow(picture: Picture, row: Row, top: number): void {
  const { ctx, width, selected, critical } = picture;
  if (row.task >= 0 && row.task === selected) {
    ctx.fillStyle = colourOf('--accent-tint');
    ctx.fillRect(0, top, width, ROW_HEIGHT);
  }
  ctx.fillStyle = colourOf(critical.has(row.task) ? '--accent' : '--soft');
  ctx.font = `${critical.has(row.task) ? 600 : 480} 12px ${FONT}`;
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, top, LABEL_WIDTH - 10, ROW_HEIGHT);
  ctx.clip();
  ctx.fillText(row.name, 14, top + ROW_HEIGHT / 2 + 0.5);
  ctx.restore();
  ctx.save();
  ctx.beginPath();
  ctx.rect(LABEL_WIDTH, top, width - LABEL_WIDTH, ROW_HEIGHT);
  ctx.clip();
  for (const stretch of row.stretches) paintBar(picture, stretch, top + (ROW_HEIGHT - BAR_HEIGHT) / 2);
  ctx.restore();
}

function paintBar(picture: Picture, stretch: Stretch, top: number): void {
  const { ctx, critical } = picture;
  const [left, right] = [x(picture, stretch.from), x(picture, stretch.to)];
  const wide = Math.max(2, right - left);
  const colour = colourOf(toneOf(stretch));
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  if (stretch.kind === 'blocked') {
    ctx.globalAlpha = 0.55;
    ctx.fillRect(left, top + BAR_HEIGHT / 2 - 0.5, wide, 1);
    ctx.fillRect(left, top + BAR_HEIGHT / 2 - 3.5, 1, 7);
  } else if (stretch.kind === 'queued') {
    ctx.globalAlpha = 0.6;
    ctx.fillRect(left, top + BAR_HEIGHT / 2 - 2, wide, 4);
  } else if (stretch.kind === 'retrying') {
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(left, top + BAR_HEIGHT / 2);
    ctx.lineTo(right, top + BAR_HEIGHT / 2);
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.setLineDash([]);
  } else if (stretch.kind === 'expected') paintExpected(picture, stretch, [left, top, wide]);
  else {
    ctx.beginPath();
    ctx.roundRect(left, top, wide, BAR_HEIGHT, Math.min(4, wide / 2));
    ctx.fill();
    if (critical.has(stretch.task)) outline(ctx, [left, top, wide]);
  }
  ctx.globalAlpha = 1;
}

function outline(ctx: CanvasRenderingContext2D, [left, top, wide]: readonly [number, number, number]): void {
  ctx.strokeStyle = colourOf('--accent');
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.roundRect(left - 2, top - 2, wide + 4, BAR_HEIGHT + 4, 5);
  ctx.stroke();
}

/** A hollow bar to the median, a whisker from the first to the ninth decile. */
function paintExpected(
  picture: Picture,
  stretch: Stretch,
  [left, top, wide]: readonly [number, number, number],
): void {
  const { ctx } = picture;
  ctx.globalAlpha = 0.22;
  ctx.beginPath();
  ctx.roundRect(left, top, wide, BAR_HEIGHT, Math.min(4, wide / 2));
  ctx.fill();
  ctx.globalAlpha = 0.9;
  ctx.setLineDash([3, 2]);
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.setLineDash([]);
  if (Number.isNaN(stretch.low)) return;
  const [low, high, middle] = [x(picture, stretch.low), x(picture, stretch.high), top + BAR_HEIGHT / 2];
  ctx.beginPath();
  ctx.moveTo(low, middle - 4);
  ctx.lineTo(low, middle + 4);
  ctx.moveTo(low, middle);
  ctx.lineTo(high, middle);
  ctx.moveTo(high, middle - 4);
  ctx.lineTo(high, middle + 4);
  ctx.stroke();
}

function paintGaps(picture: Picture): void {
  const { ctx, height } = picture;
  for (const { left, right, from, to } of picture.scale.gaps) {
    ctx.fillStyle = colourOf('--sunken');
    ctx.fillRect(LABEL_WIDTH + left, AXIS_HEIGHT, right - left, height);
    ctx.save();
    ctx.translate(LABEL_WIDTH + (left + right) / 2, HEAD_HEIGHT + 40);
    ctx.rotate(-Math.PI / 2);
    ctx.fillStyle = colourOf('--muted');
    ctx.textAlign = 'center';
    ctx.font = `450 11px ${FONT}`;
    ctx.fillText(`idle ${duration((to - from) / 1000)}`, 0, 0);
    ctx.restore();
    ctx.textAlign = 'left';
  }
}

function paintNow({ ctx, now, from, to, height, scale }: Picture): void {
  if (now < from || now > to) return;
  const at = LABEL_WIDTH + scale.toPlace(now);
  ctx.fillStyle = colourOf('--failed');
  ctx.fillRect(Math.round(at), AXIS_HEIGHT - 6, 1.5, height);
  ctx.font = `600 10.5px ${FONT}`;
  ctx.fillText('now', at + 4, AXIS_HEIGHT / 2);
}

function paintCurve(picture: Picture): void {
  const { ctx, width } = picture;
  const { times, counts, most } = concurrency(picture.all);
  const floor = HEAD_HEIGHT - 6;
  const high = CURVE_HEIGHT - 14;
  ctx.save();
  ctx.beginPath();
  ctx.rect(LABEL_WIDTH, AXIS_HEIGHT, width - LABEL_WIDTH, CURVE_HEIGHT);
  ctx.clip();
  ctx.beginPath();
  ctx.moveTo(LABEL_WIDTH, floor);
  let level = floor;
  for (let index = 0; index < times.length; index++) {
    const at = x(picture, times[index]!);
    const next = index + 1 < times.length ? x(picture, times[index + 1]!) : Number.POSITIVE_INFINITY;
    if (next - at < 0.75) continue;
    ctx.lineTo(at, level);
    level = floor - (counts[index]! / Math.max(1, most)) * high;
    ctx.lineTo(at, level);
  }
  ctx.lineTo(x(picture, times.at(-1) ?? picture.from), floor);
  ctx.fillStyle = colourOf('--running');
  ctx.globalAlpha = 0.2;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colourOf('--running');
  ctx.lineWidth = 1.25;
  ctx.stroke();
  ctx.restore();
  ctx.fillStyle = colourOf('--line');
  ctx.fillRect(0, HEAD_HEIGHT - 1, width, 1);
  ctx.fillStyle = colourOf('--muted');
  ctx.font = `450 11.5px ${FONT}`;
  ctx.fillText(`at once, at most ${most}`, 14, AXIS_HEIGHT + CURVE_HEIGHT / 2);
}
