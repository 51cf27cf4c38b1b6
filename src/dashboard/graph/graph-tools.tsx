/** What lies over the graph: zoom, minimap, the key of the edges. */
import type { JSX, Ref } from 'preact';
import { EDGE_TYPES, type MeshState } from '../mesh/mesh-state.js';
import { Glyph } from '../parts/glyph.jsx';
import { lower, plural } from '../parts/words.js';
import type { Scene } from './scene.js';
import type { Stage } from './stage.js';

interface GraphToolsProps {
  readonly stage: Stage | undefined;
  readonly scene: Scene;
  readonly state: MeshState;
  readonly map: Ref<HTMLCanvasElement>;
}

const SAYS = [
  'starts when the source completed',
  'starts when the source ended, however',
  'as hard, and brings its output',
  'never at the same time',
];

function EdgeKey({ state }: { state: MeshState }): JSX.Element | null {
  const used = EDGE_TYPES.filter((_, type) => state.edgeTypes.includes(type));
  if (used.length === 0) return null;
  return (
    <ul class="edge-key" aria-label="Kinds of edges">
      {used.map((type) => (
        <li key={type} title={SAYS[EDGE_TYPES.indexOf(type)]}>
          <i class={`edge-sample is-${type.toLowerCase()}`} aria-hidden="true" />
          {lower(type)}
        </li>
      ))}
    </ul>
  );
}

export function GraphTools({ stage, scene, state, map }: GraphToolsProps): JSX.Element {
  const nearer = (factor: number) => (): void => {
    stage?.view.zoom(factor);
    stage?.moved();
  };
  return (
    <div class="graph-tools">
      <div class="graph-legend">
        <span class="muted">
          {plural(scene.graph.size, 'node')}, {plural(scene.graph.sources.length, 'edge')}
        </span>
        <EdgeKey state={state} />
      </div>
      <div class="graph-corner">
        <canvas ref={map} class="minimap" aria-hidden="true" />
        <div class="zoom" role="group" aria-label="Zoom">
          <button type="button" class="icon-button" aria-label="Further" onClick={nearer(0.8)}>
            <Glyph name="minus" />
          </button>
          <button type="button" class="icon-button" aria-label="Nearer" onClick={nearer(1.25)}>
            <Glyph name="plus" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label="Fit"
            title="Fit (0)"
            onClick={() => stage?.fit()}
          >
            <Glyph name="fit" />
          </button>
        </div>
      </div>
    </div>
  );
}
