/** Nodes: cards with icon, name and times from near, tinted boxes from further off, squares of colour from afar. */
import { isFinal, ICON, PLACE_OF, RUNNING, STATUSES } from '../parts/statuses.js';
import { duration } from '../parts/words.js';
import { NODE_HEIGHT, NODE_WIDTH } from './layout.js';
import type { Palette } from './palette.js';
import { type Marks, nameOf, type Scene } from './scene.js';
import { tallyOf } from './view-graph.js';
import type { Viewport } from './viewport.js';

const CARD_SCALE = 0.55;
const BOX_SCALE = 0.16;
const NAMED_SCALE = 0.3;
const ICON_SIZE = 17;
const FONT = '"Inter Variable", system-ui, sans-serif';
const NAME_FONT = `550 14px ${FONT}`;
const TIME_FONT = `450 12px ${FONT}`;
const DIMMED = 0.22;
/** Of what waits, from afar: what happens stands out. */
const WAITING = 0.38;

const icons = STATUSES.map((status) => new Path2D(ICON[status]));

interface Painting {
  readonly ctx: CanvasRenderingContext2D;
  readonly view: Viewport;
  readonly scene: Scene;
  readonly marks: Marks;
  readonly palette: Palette;
  /** By the server's clock. */
  readonly now: number;
  /** Seconds that the whole mesh costs, for the shares. */
  readonly total: number;
}

export function paintNodes(painting: Painting): void {
  const { ctx, view, scene } = painting;
  if (view.scale < BOX_SCALE) return paintFar(painting);
  const paint = view.scale < CARD_SCALE ? paintBox : paintCard;
  for (let node = 0; node < scene.graph.size; node++) {
    const [x, y] = [scene.layout.x[node]!, scene.layout.y[node]!];
    if (!view.shows(x, y, NODE_WIDTH, NODE_HEIGHT)) continue;
    ctx.globalAlpha = dimmed(painting, node);
    ctx.setTransform(
      devicePixelRatio * view.scale,
      0,
      0,
      devicePixelRatio * view.scale,
      devicePixelRatio * (view.x + x * view.scale),
      devicePixelRatio * (view.y + y * view.scale),
    );
    paint(painting, node);
  }
  ctx.globalAlpha = 1;
  ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
}

function dimmed(painting: Painting, node: number): number {
  if (!isDim(painting, node)) return 1;
  return painting.marks.found === undefined ? 0.5 : DIMMED;
}

function isDim({ marks: { found, critical }, scene }: Painting, node: number): boolean {
  if (found !== undefined) return !found.has(node);
  return critical.size > 0 && !critical.has(node) && isFinal(scene.statuses[node]!);
}

/** One path a status: thousands of squares are ten fills. */
function paintFar(painting: Painting): void {
  const { ctx, view, scene, palette, marks } = painting;
  const wide = Math.max(2, NODE_WIDTH * view.scale);
  const high = Math.max(2, NODE_HEIGHT * view.scale);
  const paths = STATUSES.map(() => new Path2D());
  const dim = STATUSES.map(() => new Path2D());
  for (let node = 0; node < scene.graph.size; node++) {
    const x = scene.layout.x[node]! * view.scale + view.x;
    const y = scene.layout.y[node]! * view.scale + view.y;
    if (x > view.width || y > view.height || x + wide < 0 || y + high < 0) continue;
    const list = isDim(painting, node) ? dim : paths;
    list[scene.statuses[node]!]!.rect(x, y, wide, high);
  }
  for (const [status, path] of paths.entries()) {
    ctx.fillStyle = palette.status[status]!;
    ctx.globalAlpha = status === PLACE_OF.PENDING ? WAITING : 1;
    ctx.fill(path);
    ctx.globalAlpha = DIMMED;
    ctx.fill(dim[status]!);
    ctx.globalAlpha = 1;
  }
  ctx.strokeStyle = palette.accent;
  ctx.lineWidth = 2;
  const outlined = marks.critical.size > 400 ? [] : [...marks.critical];
  for (const node of [...outlined, marks.selected]) {
    if (node < 0) continue;
    const x = scene.layout.x[node]! * view.scale + view.x;
    ctx.strokeRect(x - 1, scene.layout.y[node]! * view.scale + view.y - 1, wide + 2, high + 2);
  }
}

function outline({ ctx, marks, palette }: Painting, node: number, radius: number): void {
  const isMarked = marks.selected === node || marks.critical.has(node);
  ctx.beginPath();
  ctx.roundRect(0, 0, NODE_WIDTH, NODE_HEIGHT, radius);
  ctx.fill();
  ctx.strokeStyle = isMarked || marks.hovered === node ? palette.accent : palette.line;
  ctx.lineWidth = isMarked ? 2 : 1;
  ctx.stroke();
  if (marks.selected !== node) return;
  ctx.globalAlpha *= 0.35;
  ctx.lineWidth = 6;
  ctx.stroke();
  ctx.globalAlpha = 1;
}

function paintBox(painting: Painting, node: number): void {
  const { ctx, scene, palette } = painting;
  const status = scene.statuses[node]!;
  ctx.fillStyle = palette.tint[status]!;
  outline(painting, node, 8);
  const size = 24;
  ctx.save();
  ctx.translate(10, (NODE_HEIGHT - size) / 2);
  ctx.scale(size / 16, size / 16);
  ctx.fillStyle = palette.status[status]!;
  ctx.fill(icons[status]!, 'evenodd');
  ctx.restore();
  if (painting.view.scale < NAMED_SCALE) return;
  ctx.fillStyle = palette.ink;
  ctx.font = `520 19px ${FONT}`;
  ctx.textBaseline = 'middle';
  const members = scene.graph.members[node];
  const name = members === undefined ? nameOf(scene, node) : `${nameOf(scene, node)} ×${members.length}`;
  ctx.fillText(fitted(ctx, name, NODE_WIDTH - 48), 42, NODE_HEIGHT / 2 + 1);
}

function paintCard(painting: Painting, node: number): void {
  const { ctx, scene, palette } = painting;
  const { graph, state } = scene;
  const status = scene.statuses[node]!;
  const members = graph.members[node];
  if (members !== undefined) stack(painting);
  ctx.fillStyle = palette.panel;
  outline(painting, node, 8);
  if (status === RUNNING) progress(painting, node);
  ctx.save();
  ctx.translate(9, (NODE_HEIGHT - ICON_SIZE) / 2);
  ctx.scale(ICON_SIZE / 16, ICON_SIZE / 16);
  ctx.fillStyle = palette.status[status]!;
  ctx.fill(icons[status]!, 'evenodd');
  ctx.restore();
  ctx.textBaseline = 'alphabetic';
  ctx.font = NAME_FONT;
  ctx.fillStyle = palette.ink;
  const name = nameOf(scene, node);
  ctx.fillText(
    fitted(ctx, members === undefined ? name : `${name} ×${members.length}`, NODE_WIDTH - 42),
    34,
    19.5,
  );
  ctx.font = TIME_FONT;
  ctx.fillStyle = palette.muted;
  const [left, right] = members === undefined ? times(painting, graph.task[node]!) : folded(members, state);
  ctx.fillText(left, 34, 36);
  ctx.textAlign = 'right';
  ctx.fillText(right, NODE_WIDTH - 9, 36);
  ctx.textAlign = 'left';
}

/** A folded node is a pile of cards. */
function stack({ ctx, palette }: Painting): void {
  ctx.fillStyle = palette.panel;
  ctx.strokeStyle = palette.line;
  ctx.lineWidth = 1;
  for (const offset of [6, 3]) {
    ctx.beginPath();
    ctx.roundRect(offset, offset, NODE_WIDTH - offset, NODE_HEIGHT, 8);
    ctx.fill();
    ctx.stroke();
  }
}

/** How far it is: what the task says itself, else by its expected time, never past the end. */
function progress({ ctx, scene: { graph, state }, palette, now }: Painting, node: number): void {
  const task = graph.task[node]!;
  if (graph.members[node] !== undefined) return;
  const said = state.fractions.get(task);
  const expected = state.runP50[task]!;
  const share = said ?? (Number.isNaN(expected) ? 0 : state.elapsed(task, now) / expected);
  ctx.fillStyle = palette.tint[RUNNING]!;
  ctx.save();
  ctx.beginPath();
  ctx.roundRect(1, 1, NODE_WIDTH - 2, NODE_HEIGHT - 2, 7);
  ctx.clip();
  ctx.fillRect(0, 0, NODE_WIDTH * Math.min(0.97, share), NODE_HEIGHT);
  ctx.restore();
}

/** Elapsed or expected time at the left; what is left of it, or its share of the whole, at the right. */
function times({ scene: { state }, now, total }: Painting, task: number): readonly [string, string] {
  const status = state.status[task]!;
  const elapsed = state.elapsed(task, now);
  const expected = state.runP50[task]!;
  const cost = state.cost(task, now);
  const share = total > 0 && cost / total >= 0.005 ? `${Math.round((100 * cost) / total)} %` : '';
  if (status === RUNNING) {
    const left = expected - elapsed;
    return [
      duration(elapsed),
      Number.isNaN(expected) ? share : left > 0 ? `${duration(left)} left` : 'overdue',
    ];
  }
  if (isFinal(status)) return [Number.isNaN(elapsed) ? '' : duration(elapsed), share];
  return [Number.isNaN(expected) ? STATUSES[status]!.toLowerCase() : `expects ${duration(expected)}`, share];
}

function folded(members: Int32Array, state: Scene['state']): readonly [string, string] {
  const { size, ended, running, failed } = tallyOf(members, state);
  return [
    `${ended} of ${size} ended`,
    failed > 0 ? `${failed} failed` : running > 0 ? `${running} running` : '',
  ];
}

const fits = new Map<string, string>();
const FITS_MAX = 20_000;

/** With an ellipsis where it is too long; measured once. */
function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${ctx.font}|${width}|${text}`;
  const known = fits.get(key);
  if (known !== undefined) return known;
  let [shown, end] = [text, text.length];
  while (end > 1 && ctx.measureText(shown).width > width) shown = `${text.slice(0, --end)}…`;
  if (fits.size > FITS_MAX) fits.clear();
  fits.set(key, shown);
  return shown;
}
