/** The mesh as a graph: canvas, minimap, mirror and tools, wired to the live mesh and to the address. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { LiveMesh } from '../mesh/live-mesh.js';
import type { MeshState } from '../mesh/mesh-state.js';
import { theme } from '../parts/colours.js';
import { COMPLETED, RUNNING } from '../parts/statuses.js';
import { go, param } from '../address/address.js';
import { useKeys } from '../shell/keyboard.js';
import { GraphTools } from './graph-tools.jsx';
import { Mirror } from './mirror.jsx';
import { followPointer } from './pointer.js';
import { nodesOf, type Scene, sceneOf } from './scene.js';
import { Stage } from './stage.js';
import { found } from './finding.js';
import type { Fold } from './view-graph.js';

const TICK_MS = 1000;
const RESHAPE_MS = 1000;

interface Stages {
  readonly stage: Stage | undefined;
  readonly canvas: { current: HTMLCanvasElement | null };
  readonly map: { current: HTMLCanvasElement | null };
  readonly frame: { current: HTMLDivElement | null };
}

/** The scene anew when the shape or the wish changes; with hidden tasks also while they end, once a second at most. */
function useScene(live: LiveMesh, state: MeshState): Scene {
  const fold = param('fold') as Fold;
  const opened = param('open');
  const hidesCompleted = param('hide') === '1';
  const done = useSignal(0);
  useEffect(() => {
    if (!hidesCompleted) return undefined;
    const timer = setInterval(() => (done.value = state.counts[COMPLETED] ?? 0), RESHAPE_MS);
    return () => clearInterval(timer);
  }, [hidesCompleted, state]);
  return useMemo(
    () => sceneOf(state, { fold, opened: new Set(opened.split('~').filter(Boolean)), hidesCompleted }),
    [state, fold, opened, hidesCompleted, hidesCompleted ? done.value : 0, live],
  );
}

function useStage(
  onSettled: (nodes: readonly number[]) => void,
): Stages & { readonly ready: { value: boolean } } {
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | undefined>(undefined);
  const ready = useSignal(false);
  useEffect(() => {
    const made = new Stage(canvas.current as HTMLCanvasElement, map.current as HTMLCanvasElement, onSettled);
    stage.current = made;
    made.resize();
    const sizes = new ResizeObserver(() => made.resize());
    sizes.observe(canvas.current as HTMLCanvasElement);
    ready.value = true;
    return () => sizes.disconnect();
  }, []);
  return { stage: stage.current, canvas, map, frame, ready };
}

function open(scene: Scene, node: number): void {
  if (node < 0) return go({ task: null, tab: null });
  const name = scene.graph.names[node];
  if (name === undefined) return go({ task: scene.state.ids[scene.graph.task[node]!]! });
  const before = param('open').split('~').filter(Boolean);
  go({ open: [...before, name].join('~') });
}

export function GraphView({ live, state }: { live: LiveMesh; state: MeshState }): JSX.Element {
  const scene = useScene(live, state);
  const mirrored = useSignal<readonly number[]>([]);
  const moves = useSignal(0);
  const cursor = useSignal(-1);
  const wanted = useRef(-1);
  const { stage, canvas, map, frame, ready } = useStage((nodes) => {
    mirrored.value = nodes;
    moves.value++;
  });
  const selectedTask = state.places.get(param('task')) ?? -1;
  const selected = selectedTask < 0 ? -1 : (scene.graph.nodeOfTask[selectedTask] ?? -1);
  const isFollowing = param('follow') === '1';
  const path = param('path') === '1' ? live.path.value : undefined;
  const sought = found(state, param('q'), param('status'));

  useEffect(() => {
    if (stage === undefined) return;
    const isFirst = stage.scene === undefined || stage.scene.layout.width !== scene.layout.width;
    stage.show(scene);
    if (isFirst) stage.view.fit(scene.layout);
    performance.measure('task mesh: graph laid out', {
      start: performance.now() - scene.layoutMs,
      duration: scene.layoutMs,
    });
  }, [scene, ready.value]);
  useSignalEffect(() => {
    void live.version.value;
    void theme.value;
    stage?.touch();
  });
  useMarks(stage, scene, { path: path?.places, sought, selected, isReady: ready.value });
  useSelected(stage, selected, { mirrored, isReady: ready.value });
  useTicks(stage, state, isFollowing, scene);
  usePointer(stage, canvas, scene);
  useMapPointer(stage, map);
  useFocusOf(frame, wanted, moves.value);
  useGraphKeys(stage, scene);
  const reach = (node: number): void => {
    cursor.value = node;
    wanted.current = node;
    if (param('task') !== '') open(scene, node);
    if (mirrored.peek().includes(node)) moves.value++;
    else stage?.glideTo([node]);
  };
  const point = useComputed(() => (cursor.value >= 0 ? cursor.value : selected));
  return (
    <div class="graph" ref={frame}>
      <canvas
        ref={canvas}
        class="graph-canvas"
        role="img"
        aria-label="The graph of the mesh; its tasks follow as buttons"
      />
      {stage !== undefined && (
        <Mirror
          scene={scene}
          view={stage.view}
          nodes={mirrored.value}
          selected={selected >= 0 ? selected : point.value}
          onOpen={(node) => open(scene, node)}
          onReach={reach}
        />
      )}
      <GraphTools stage={stage} scene={scene} state={state} map={map} />
    </div>
  );
}

interface Shown {
  readonly mirrored: { peek(): readonly number[] };
  readonly isReady: boolean;
}

/** What is opened comes into sight, where it is not. */
function useSelected(stage: Stage | undefined, selected: number, { mirrored, isReady }: Shown): void {
  useEffect(() => {
    if (selected < 0 || stage === undefined || stage.isReadWhole) return;
    if (!mirrored.peek().includes(selected)) stage.glideTo([selected], true);
  }, [selected, isReady]);
}

interface Pointed {
  readonly path: readonly number[] | undefined;
  readonly sought: readonly number[] | undefined;
  readonly selected: number;
  readonly isReady: boolean;
}

function useMarks(
  stage: Stage | undefined,
  scene: Scene,
  { path, sought, selected, isReady }: Pointed,
): void {
  useEffect(() => {
    const critical = nodesOf(scene, path ?? []);
    stage?.mark({ critical, found: sought && nodesOf(scene, sought), selected });
  }, [scene, path, param('q'), param('status'), selected, isReady]);
}

/** Times of what runs go on by themselves; following keeps it in the middle. */
function useTicks(stage: Stage | undefined, state: MeshState, isFollowing: boolean, scene: Scene): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!state.isOpen) return;
      stage?.touch();
      if (!isFollowing) return;
      const running: number[] = [];
      for (let node = 0; node < scene.graph.size; node++)
        if (scene.statuses[node] === RUNNING) running.push(node);
      stage?.glideTo(running);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [stage, state, isFollowing, scene]);
}

function usePointer(stage: Stage | undefined, canvas: Stages['canvas'], scene: Scene): void {
  useEffect(() => {
    const element = canvas.current;
    if (stage === undefined || element === null) return undefined;
    return followPointer(element, stage, {
      onClick: (node) => open(scene, node),
      onHover: (node) => {
        element.style.cursor = node < 0 ? 'grab' : 'pointer';
        stage.mark({ hovered: node });
      },
    });
  }, [stage, scene]);
}

function useMapPointer(stage: Stage | undefined, map: Stages['map']): void {
  useEffect(() => {
    const element = map.current;
    if (stage === undefined || element === null) return undefined;
    const move = (event: PointerEvent): void => {
      if (event.buttons === 0 || stage.scene === undefined) return;
      const box = element.getBoundingClientRect();
      stage.view.centre(
        ...stage.minimap.toDrawing(stage.scene, event.clientX - box.left, event.clientY - box.top),
      );
      stage.moved();
    };
    element.addEventListener('pointerdown', move);
    element.addEventListener('pointermove', move);
    return () => {
      element.removeEventListener('pointerdown', move);
      element.removeEventListener('pointermove', move);
    };
  }, [stage]);
}

/** The button of the node that arrows have reached exists once the view has come to rest there. */
function useFocusOf(frame: Stages['frame'], wanted: { current: number }, moves: number): void {
  useEffect(() => {
    if (wanted.current < 0) return;
    const button = frame.current?.querySelector<HTMLElement>(`[data-node="${wanted.current}"]`);
    if (button == null) return;
    button.focus({ preventScroll: true });
    wanted.current = -1;
  }, [moves]);
}

function useGraphKeys(stage: Stage | undefined, scene: Scene): void {
  useKeys(
    [
      { key: '0', says: 'Fit the whole graph', run: () => stage?.fit() },
      { key: '+', says: 'Nearer', run: () => zoom(stage, 1.25) },
      { key: '-', says: 'Further', run: () => zoom(stage, 0.8) },
      { key: 'r', says: 'Follow what runs', run: () => go({ follow: param('follow') === '1' ? null : '1' }) },
    ],
    [stage, scene],
  );
}

function zoom(stage: Stage | undefined, factor: number): void {
  stage?.view.zoom(factor);
  stage?.moved();
}
