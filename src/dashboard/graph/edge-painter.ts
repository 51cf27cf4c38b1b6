/**
 * Edges, painted once into a picture larger than the screen and moved with it: 25,000 curves take longer than a frame,
 * moving a picture does not. Painted anew when the view leaves it, or has come to rest at another scale.
 */
import type { Palette } from './palette.js';
import type { Scene } from './scene.js';
import { NODE_HEIGHT, NODE_WIDTH } from './layout.js';
import type { Viewport } from './viewport.js';

/** Of the screen, on each side. */
const MARGIN = 0.35;
const REST_MS = 120;
/** From here on curves are lines: nobody can tell. */
const CURVED_MAX = 6000;
const ARROW_SCALE = 0.55;
/** Dashes, by the place of the type in EDGE_TYPES. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [], [1.5, 4]];

interface Painted {
  readonly scene: Scene;
  readonly palette: Palette;
  readonly scale: number;
  /** Of the view when it was painted. */
  readonly x: number;
  readonly y: number;
  readonly ratio: number;
  readonly width: number;
  readonly height: number;
}

export class EdgePainter {
  readonly #picture = document.createElement('canvas');
  #painted: Painted | undefined;
  #lastScale = 0;
  #scaledAt = 0;

  /** True: another frame is wanted, when the view has come to rest. */
  draw(ctx: CanvasRenderingContext2D, view: Viewport, scene: Scene, palette: Palette): boolean {
    const now = performance.now();
    if (view.scale !== this.#lastScale) this.#scaledAt = now;
    this.#lastScale = view.scale;
    const painted = this.#painted;
    const fits = painted !== undefined && this.#fits(painted, view, scene, palette);
    const isResting = now - this.#scaledAt > REST_MS;
    if (!fits || (isResting && painted.scale !== view.scale)) this.#paint(view, scene, palette);
    this.#blit(ctx, view);
    return this.#painted?.scale !== view.scale;
  }

  #fits(painted: Painted, view: Viewport, scene: Scene, palette: Palette): boolean {
    if (painted.scene !== scene || painted.palette !== palette) return false;
    if (painted.width !== view.width || painted.height !== view.height) return false;
    const ratio = view.scale / painted.scale;
    if (ratio > 2.5 || ratio < 0.7) return false;
    const [left, top] = [view.x - painted.x * ratio, view.y - painted.y * ratio];
    const [wide, high] = [view.width * MARGIN * ratio, view.height * MARGIN * ratio];
    const right = left + view.width * (1 + MARGIN) * ratio;
    const bottom = top + view.height * (1 + MARGIN) * ratio;
    return left - wide <= 0 && top - high <= 0 && right >= view.width && bottom >= view.height;
  }

  #paint(view: Viewport, scene: Scene, palette: Palette): void {
    const ratio = devicePixelRatio;
    const [width, height] = [view.width * (1 + 2 * MARGIN), view.height * (1 + 2 * MARGIN)];
    this.#picture.width = Math.ceil(width * ratio);
    this.#picture.height = Math.ceil(height * ratio);
    const ctx = this.#picture.getContext('2d') as CanvasRenderingContext2D;
    ctx.setTransform(ratio, 0, 0, ratio, view.width * MARGIN * ratio, view.height * MARGIN * ratio);
    const seen = visibleEdges(view, scene);
    paintEdges(ctx, { view, scene, palette, edges: seen });
    const { scale, x, y } = view;
    this.#painted = { scene, palette, scale, x, y, ratio, width: view.width, height: view.height };
  }

  #blit(ctx: CanvasRenderingContext2D, view: Viewport): void {
    const painted = this.#painted as Painted;
    const ratio = view.scale / painted.scale;
    const left = view.x - painted.x * ratio - view.width * MARGIN * ratio;
    const top = view.y - painted.y * ratio - view.height * MARGIN * ratio;
    const wide = (this.#picture.width / painted.ratio) * ratio;
    const high = (this.#picture.height / painted.ratio) * ratio;
    ctx.drawImage(this.#picture, left, top, wide, high);
  }
}

/** Whose box touches the painted part. */
function visibleEdges(view: Viewport, { graph, layout }: Scene): number[][] {
  const byType: number[][] = [[], [], [], []];
  const [left, top] = view.toDrawing(-view.width * MARGIN, -view.height * MARGIN);
  const [right, bottom] = view.toDrawing(view.width * (1 + MARGIN), view.height * (1 + MARGIN));
  for (let edge = 0; edge < graph.sources.length; edge++) {
    const [source, target] = [graph.sources[edge]!, graph.targets[edge]!];
    const [y1, y2] = [layout.y[source]!, layout.y[target]!];
    if (layout.x[source]! > right || layout.x[target]! + NODE_WIDTH < left) continue;
    if (Math.min(y1, y2) > bottom || Math.max(y1, y2) + NODE_HEIGHT < top) continue;
    byType[graph.edgeTypes[edge]!]!.push(edge);
  }
  return byType;
}

interface EdgesToPaint {
  readonly view: Viewport;
  readonly scene: Scene;
  readonly palette: Palette;
  readonly edges: readonly (readonly number[])[];
  readonly width?: number;
  readonly colour?: string;
}

export function paintEdges(ctx: CanvasRenderingContext2D, what: EdgesToPaint): void {
  const { view, palette, edges, width = 1.25, colour } = what;
  const total = edges.reduce((sum, one) => sum + one.length, 0);
  const isFar = view.scale < 0.3;
  ctx.lineCap = 'round';
  for (const [type, list] of edges.entries()) {
    if (list.length === 0) continue;
    ctx.strokeStyle = colour ?? palette.edges[type]!;
    ctx.fillStyle = ctx.strokeStyle;
    ctx.globalAlpha = colour === undefined && isFar ? Math.max(0.12, Math.min(0.7, 600 / total)) : 1;
    ctx.lineWidth = isFar && colour === undefined ? 0.75 : width;
    ctx.setLineDash(isFar ? [] : (DASHES[type] as number[]));
    ctx.beginPath();
    for (const edge of list) trace(ctx, what, edge, total > CURVED_MAX);
    ctx.stroke();
    if (view.scale >= ARROW_SCALE) for (const edge of list) arrow(ctx, what, edge);
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function trace(
  ctx: CanvasRenderingContext2D,
  { view, scene: { graph, layout } }: EdgesToPaint,
  edge: number,
  isStraight: boolean,
): void {
  const [source, target] = [graph.sources[edge]!, graph.targets[edge]!];
  const x1 = (layout.x[source]! + NODE_WIDTH) * view.scale + view.x;
  const y1 = (layout.y[source]! + NODE_HEIGHT / 2) * view.scale + view.y;
  const x2 = layout.x[target]! * view.scale + view.x;
  const y2 = (layout.y[target]! + NODE_HEIGHT / 2) * view.scale + view.y;
  ctx.moveTo(x1, y1);
  if (isStraight) return ctx.lineTo(x2, y2);
  const bend = Math.max(24 * view.scale, Math.min(Math.abs(x2 - x1) * 0.5, 140 * view.scale));
  ctx.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
}

function arrow(
  ctx: CanvasRenderingContext2D,
  { view, scene: { graph, layout } }: EdgesToPaint,
  edge: number,
): void {
  const target = graph.targets[edge]!;
  const x = layout.x[target]! * view.scale + view.x;
  const y = (layout.y[target]! + NODE_HEIGHT / 2) * view.scale + view.y;
  const size = 5 * view.scale;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - size * 1.4, y - size * 0.7);
  ctx.lineTo(x - size * 1.4, y + size * 0.7);
  ctx.fill();
}
