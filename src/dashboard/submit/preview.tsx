/** A mesh that is not submitted yet as a still graph: the layout and the painters of the real one. */
import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { EdgeType, SubmitMeshInput } from '../../generated/dashboard/graphql.js';
import { Stage } from '../graph/stage.js';
import { nodesOf, sceneOf } from '../graph/scene.js';
import { followPointer } from '../graph/pointer.js';
import { MeshState } from '../mesh/mesh-state.js';
import { theme } from '../parts/colours.js';
import { plural } from '../parts/words.js';

interface Wired {
  readonly source: number;
  readonly target: number;
  readonly type: EdgeType;
}

function edgesOf({ tasks, edges }: SubmitMeshInput): Wired[] {
  const places = new Map(tasks.map(({ key }, place) => [key, place]));
  const wired = tasks.flatMap(({ dependsOn }, target) =>
    (dependsOn ?? []).map(({ task, type }) => ({
      source: places.get(task) ?? -1,
      target,
      type: type ?? 'HARD',
    })),
  );
  const written = (edges ?? []).map(({ source, target, type }) => ({
    ...{ source: places.get(source) ?? -1, target: places.get(target) ?? -1 },
    type: type ?? 'HARD',
  }));
  return [...wired, ...written].filter(({ source, target }) => source >= 0 && target >= 0);
}

function stateOf(input: SubmitMeshInput): MeshState {
  const { tasks } = input;
  const wired = edgesOf(input);
  const column = <T,>(value: T): T[] => tasks.map(() => value);
  return new MeshState({
    ...{ meshId: '', seq: 0, at: new Date().toISOString(), status: 'RUNNING', total: tasks.length },
    ids: tasks.map(({ key }) => key),
    keys: tasks.map(({ key }) => key),
    names: tasks.map(({ key, name }) => name ?? key),
    kinds: column(null),
    priorities: tasks.map(({ priority }) => priority ?? 'NORMAL'),
    tags: tasks.map(({ tags }) => (tags as readonly string[] | null) ?? []),
    statuses: column('PENDING' as const),
    attemptNumbers: column(0),
    ...{ layers: column(null), queuedAt: column(null), startedAt: column(null), finishedAt: column(null) },
    edgeSources: wired.map(({ source }) => source),
    edgeTargets: wired.map(({ target }) => target),
    edgeTypes: wired.map(({ type }) => type),
  });
}

export function Preview({
  input,
  critical,
}: {
  input: SubmitMeshInput;
  critical: readonly string[];
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const stage = useRef<Stage | undefined>(undefined);
  const scene = useMemo(
    () => sceneOf(stateOf(input), { fold: '', opened: new Set(), hidesCompleted: false }),
    [input],
  );
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const made = new Stage(element, map.current as HTMLCanvasElement, () => undefined);
    stage.current = made;
    made.resize();
    const letGo = followPointer(element, made, { onClick: () => undefined, onHover: () => undefined });
    return letGo;
  }, []);
  useEffect(() => {
    stage.current?.show(scene);
    stage.current?.view.fit(scene.layout);
  }, [scene]);
  useEffect(() => {
    const places = critical.flatMap((key) => scene.state.places.get(key) ?? []);
    stage.current?.mark({ critical: nodesOf(scene, places) });
  }, [scene, critical]);
  useSignalEffect(() => {
    void theme.value;
    stage.current?.touch();
  });
  return (
    <div class="preview">
      <canvas
        ref={canvas}
        class="graph-canvas"
        role="img"
        aria-label={`The graph: ${plural(scene.graph.size, 'task')}, ${plural(scene.graph.sources.length, 'edge')}`}
      />
      <canvas ref={map} class="preview-map" aria-hidden="true" />
    </div>
  );
}
