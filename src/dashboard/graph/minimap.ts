/** The whole mesh in a corner: where one is, and the way to elsewhere. Painted a few times a second at most. */
import { PLACE_OF, STATUSES } from '../parts/statuses.js';
import { NODE_HEIGHT, NODE_WIDTH } from './layout.js';
import type { Palette } from './palette.js';
import type { Scene } from './scene.js';
import type { Viewport } from './viewport.js';

const PAUSE_MS = 250;
const MARGIN = 6;

export class Minimap {
  readonly #canvas: HTMLCanvasElement;
  readonly #nodes = document.createElement('canvas');
  #paintedAt = 0;
  #scene: Scene | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  #fit({ layout }: Scene): { scale: number; x: number; y: number } {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = Math.min((width - 2 * MARGIN) / layout.width, (height - 2 * MARGIN) / layout.height);
    return { scale, x: (width - layout.width * scale) / 2, y: (height - layout.height * scale) / 2 };
  }

  /** A point of the map as a point of the drawing. */
  toDrawing(scene: Scene, x: number, y: number): readonly [number, number] {
    const fit = this.#fit(scene);
    return [(x - fit.x) / fit.scale, (y - fit.y) / fit.scale];
  }

  draw(scene: Scene, view: Viewport, palette: Palette): void {
    const ratio = devicePixelRatio;
    const { clientWidth, clientHeight } = this.#canvas;
    const isAllSeen =
      view.shows(0, 0, 1, 1) && view.shows(scene.layout.width - 1, scene.layout.height - 1, 1, 1);
    this.#canvas.style.visibility = isAllSeen ? 'hidden' : 'visible';
    if (clientWidth === 0 || isAllSeen) return;
    const now = performance.now();
    if (scene !== this.#scene || now - this.#paintedAt > PAUSE_MS) {
      this.#paint(scene, palette);
      [this.#scene, this.#paintedAt] = [scene, now];
    }
    const [wide, high] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.#canvas.width !== wide) this.#canvas.width = wide;
    if (this.#canvas.height !== high) this.#canvas.height = high;
    const ctx = this.#canvas.getContext('2d') as CanvasRenderingContext2D;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, clientWidth, clientHeight);
    ctx.drawImage(this.#nodes, 0, 0, clientWidth, clientHeight);
    const { scale, x, y } = this.#fit(scene);
    const [left, top] = view.toDrawing(0, 0);
    ctx.strokeStyle = palette.accent;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(
      left * scale + x,
      top * scale + y,
      (view.width / view.scale) * scale,
      (view.height / view.scale) * scale,
    );
  }

  #paint(scene: Scene, palette: Palette): void {
    const ratio = devicePixelRatio;
    this.#nodes.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#nodes.height = Math.round(this.#canvas.clientHeight * ratio);
    const ctx = this.#nodes.getContext('2d') as CanvasRenderingContext2D;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { scale, x, y } = this.#fit(scene);
    const [wide, high] = [Math.max(1, NODE_WIDTH * scale), Math.max(1, NODE_HEIGHT * scale)];
    const paths = STATUSES.map(() => new Path2D());
    for (let node = 0; node < scene.graph.size; node++)
      paths[scene.statuses[node]!]!.rect(
        scene.layout.x[node]! * scale + x,
        scene.layout.y[node]! * scale + y,
        wide,
        high,
      );
    for (const [status, path] of paths.entries()) {
      ctx.fillStyle = palette.status[status]!;
      ctx.globalAlpha = status === PLACE_OF.PENDING ? 0.4 : 1;
      ctx.fill(path);
    }
  }
}
