/**
 * The canvas of the graph: draws at most one frame for whatever changed, and nothing while nothing does. Made by the
 * view for its canvases; it hears of scenes, marks and moves, and tells where the mirror may follow.
 */
import { EdgePainter, paintEdges } from './edge-painter.js';
import { NODE_HEIGHT, NODE_WIDTH } from './layout.js';
import { Minimap } from './minimap.js';
import { paintNodes } from './node-painter.js';
import { palette, type Palette } from './palette.js';
import { type Marks, refresh, type Scene } from './scene.js';
import { Viewport } from './viewport.js';

const READ_SCALE = 0.5;
const GLIDE_MS = 260;
const SETTLED_MS = 120;
const MIRROR_MS_MAX = 500;
const MIRRORED_MAX = 120;
const CRITICAL_DRAWN_MAX = 2000;

export class Stage {
  readonly view = new Viewport();
  readonly minimap: Minimap;
  /** Frames drawn. */
  frames = 0;
  #scene: Scene | undefined;
  #marks: Marks = { critical: new Set(), found: undefined, selected: -1, hovered: -1 };
  #isPlanned = false;
  #isStale = true;
  #total = 0;
  #settled: ReturnType<typeof setTimeout> | undefined;
  #unmirroredSince = 0;
  #glide = 0;
  readonly #edges = new EdgePainter();
  readonly #canvas: HTMLCanvasElement;
  readonly #onSettled: (nodes: readonly number[]) => void;

  constructor(
    canvas: HTMLCanvasElement,
    map: HTMLCanvasElement,
    onSettled: (nodes: readonly number[]) => void,
  ) {
    this.#canvas = canvas;
    this.#onSettled = onSettled;
    this.minimap = new Minimap(map);
  }

  get scene(): Scene | undefined {
    return this.#scene;
  }

  show(scene: Scene): void {
    this.#scene = scene;
    this.touch();
  }

  mark(marks: Partial<Marks>): void {
    this.#marks = { ...this.#marks, ...marks };
    this.plan();
  }

  /** Statuses or times have changed. */
  touch(): void {
    this.#isStale = true;
    this.plan();
  }

  /** A graph that was seen whole is seen whole again, in less room or more. */
  resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const layout = this.#scene?.layout;
    const wasWhole = layout !== undefined && this.view.showsAll(layout);
    this.view.resize(clientWidth, clientHeight);
    if (wasWhole) {
      this.view.fit(layout);
      this.moved();
    }
    this.#canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.plan();
  }

  /** Everything is on the screen, and large enough to be read. */
  get isReadWhole(): boolean {
    return (
      this.#scene !== undefined && this.view.scale >= READ_SCALE && this.view.showsAll(this.#scene.layout)
    );
  }

  plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    requestAnimationFrame(() => this.#frame());
  }

  nodeAt(x: number, y: number): number {
    const scene = this.#scene;
    if (scene === undefined) return -1;
    const [left, top] = this.view.toDrawing(x, y);
    const slack = 3 / this.view.scale;
    for (let node = scene.graph.size - 1; node >= 0; node--) {
      const [dx, dy] = [left - scene.layout.x[node]!, top - scene.layout.y[node]!];
      if (dx >= -slack && dy >= -slack && dx <= NODE_WIDTH + slack && dy <= NODE_HEIGHT + slack) return node;
    }
    return -1;
  }

  /** To the middle, as fast as one can follow; at once for those who want no motion. */
  glideTo(nodes: readonly number[], isClose = false): void {
    const scene = this.#scene;
    if (scene === undefined || nodes.length === 0) return;
    let [x, y] = [0, 0];
    for (const node of nodes) {
      x += scene.layout.x[node]! + NODE_WIDTH / 2;
      y += scene.layout.y[node]! + NODE_HEIGHT / 2;
    }
    const goal = new Viewport();
    goal.resize(this.view.width, this.view.height);
    goal.scale = isClose ? Math.max(this.view.scale, 0.8) : this.view.scale;
    goal.centre(x / nodes.length, y / nodes.length);
    this.#glideTowards(goal);
  }

  fit(): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    const goal = new Viewport();
    goal.resize(this.view.width, this.view.height);
    goal.fit(scene.layout);
    this.#glideTowards(goal);
  }

  #glideTowards({ scale, x, y }: Viewport): void {
    const from = { scale: this.view.scale, x: this.view.x, y: this.view.y };
    const turn = ++this.#glide;
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const began = performance.now();
    const move = (): void => {
      if (turn !== this.#glide) return;
      const part = isStill ? 1 : Math.min(1, (performance.now() - began) / GLIDE_MS);
      const eased = 1 - (1 - part) ** 3;
      this.view.scale = from.scale * (scale / from.scale) ** eased;
      this.view.x = from.x + (x - from.x) * eased;
      this.view.y = from.y + (y - from.y) * eased;
      this.plan();
      if (part < 1) requestAnimationFrame(move);
    };
    move();
  }

  /** A hand on the view ends every glide. */
  moved(): void {
    this.#glide++;
    this.plan();
  }

  #frame(): void {
    this.#isPlanned = false;
    const scene = this.#scene;
    if (scene === undefined || this.view.width === 0) return;
    if (this.#isStale) {
      refresh(scene);
      this.#total = totalOf(scene);
      this.#isStale = false;
    }
    const ctx = this.#canvas.getContext('2d') as CanvasRenderingContext2D;
    const colours = palette();
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    ctx.clearRect(0, 0, this.view.width, this.view.height);
    const wantsMore = this.#edges.draw(ctx, this.view, scene, colours);
    this.#pointOut(ctx, scene, colours);
    const now = scene.state.now();
    paintNodes({
      ctx,
      view: this.view,
      scene,
      marks: this.#marks,
      palette: colours,
      now,
      total: this.#total,
    });
    this.minimap.draw(scene, this.view, colours);
    this.frames++;
    if (wantsMore) setTimeout(() => this.plan(), SETTLED_MS);
    this.#mirrorSoon();
  }

  /** When the hand rests; under updates that never end, now and then. */
  #mirrorSoon(): void {
    const now = performance.now();
    if (this.#settled === undefined) this.#unmirroredSince = now;
    else if (now - this.#unmirroredSince > MIRROR_MS_MAX) return;
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => {
      this.#settled = undefined;
      if (this.#scene !== undefined) this.#onSettled(this.#seen(this.#scene));
    }, SETTLED_MS);
  }

  /** Edges of the critical path, and of what is selected or under the hand, above all others. */
  #pointOut(ctx: CanvasRenderingContext2D, scene: Scene, colours: Palette): void {
    const { critical, selected, hovered } = this.#marks;
    if (critical.size === 0 && selected < 0 && hovered < 0) return;
    const { sources, targets } = scene.graph;
    const list: number[] = [];
    for (let edge = 0; edge < sources.length && list.length < CRITICAL_DRAWN_MAX; edge++) {
      const [source, target] = [sources[edge]!, targets[edge]!];
      const isNear = source === selected || target === selected || source === hovered || target === hovered;
      if (isNear || (critical.has(source) && critical.has(target))) list.push(edge);
    }
    paintEdges(ctx, {
      view: this.view,
      scene,
      palette: colours,
      edges: [list],
      width: 2,
      colour: colours.accent,
    });
  }

  /** What stands on the screen, the middle first: the mirror shows these. */
  #seen({ graph, layout }: Scene): readonly number[] {
    const { view } = this;
    const [midX, midY] = view.toDrawing(view.width / 2, view.height / 2);
    const seen: (readonly [node: number, distance: number])[] = [];
    for (let node = 0; node < graph.size; node++) {
      const [x, y] = [layout.x[node]!, layout.y[node]!];
      if (!view.shows(x, y, NODE_WIDTH, NODE_HEIGHT)) continue;
      seen.push([node, Math.hypot(x + NODE_WIDTH / 2 - midX, y + NODE_HEIGHT / 2 - midY)]);
    }
    seen.sort((a, b) => a[1] - b[1]);
    return seen.slice(0, MIRRORED_MAX).map(([node]) => node);
  }
}

/** Seconds of all tasks together, as far as they are known. */
function totalOf({ state }: Scene): number {
  const now = state.now();
  let total = 0;
  for (let place = 0; place < state.size; place++) {
    const cost = state.cost(place, now);
    if (!Number.isNaN(cost)) total += cost;
  }
  return total;
}
