/**
 * The nodes on the screen as buttons over the canvas, for keyboards, screen readers and tests: a canvas says nothing to
 * any of them. Arrows walk along the edges, Enter opens; only one of them is a stop of the Tab key.
 */
import type { JSX } from 'preact';
import { isFinal, STATUSES, WORD } from '../parts/statuses.js';
import { duration } from '../parts/words.js';
import { NODE_HEIGHT, NODE_WIDTH } from './layout.js';
import { nameOf, type Scene } from './scene.js';
import { tallyOf } from './view-graph.js';
import type { Viewport } from './viewport.js';
import { type Direction, step } from './walk.js';

export interface MirrorProps {
  readonly scene: Scene;
  readonly view: Viewport;
  readonly nodes: readonly number[];
  readonly selected: number;
  readonly onOpen: (node: number) => void;
  readonly onReach: (node: number) => void;
}

function describe(scene: Scene, node: number): string {
  const { graph, state } = scene;
  const members = graph.members[node];
  const status = WORD[STATUSES[scene.statuses[node]!]!].toLowerCase();
  if (members !== undefined) {
    const { size, ended, failed } = tallyOf(members, state);
    return `${nameOf(scene, node)}, ${size} tasks folded, ${ended} ended, ${failed} failed`;
  }
  const task = graph.task[node]!;
  const elapsed = state.elapsed(task, state.now());
  const took = Number.isNaN(elapsed)
    ? ''
    : `, ${isFinal(state.status[task]!) ? 'took' : 'for'} ${duration(elapsed)}`;
  return `${nameOf(scene, node)}, ${status}${took}`;
}

const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

export function Mirror({ scene, view, nodes, selected, onOpen, onReach }: MirrorProps): JSX.Element {
  const shown = nodes.filter((node) => node < scene.graph.size);
  const stop = shown.includes(selected) ? selected : shown[0];
  return (
    <div class="mirror" role="group" aria-label="Tasks on the screen">
      {shown.map((node) => (
        <button
          key={scene.state.ids[scene.graph.task[node]!]}
          type="button"
          tabIndex={node === stop ? 0 : -1}
          class={node === selected ? 'is-selected' : ''}
          data-node={node}
          data-key={scene.state.keys[scene.graph.task[node]!]}
          data-status={STATUSES[scene.statuses[node]!]}
          aria-label={describe(scene, node)}
          style={{
            left: `${view.x + scene.layout.x[node]! * view.scale}px`,
            top: `${view.y + scene.layout.y[node]! * view.scale}px`,
            width: `${NODE_WIDTH * view.scale}px`,
            height: `${NODE_HEIGHT * view.scale}px`,
          }}
          onClick={() => onOpen(node)}
          onKeyDown={(event) => {
            if (!ARROWS.includes(event.key)) return;
            event.preventDefault();
            const next = step(scene, node, event.key as Direction);
            if (next >= 0) onReach(next);
          }}
        />
      ))}
    </div>
  );
}
