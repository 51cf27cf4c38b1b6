/** A mesh: its heading, its toolbar, and the view of it that the address names. Live for as long as it is open. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { GraphView } from '../graph/graph-view.jsx';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { lazily } from '../parts/lazy.jsx';
import { linkTo, param } from '../address/address.js';
import { openMesh } from './open-mesh.js';
import { LiveMesh } from './live-mesh.js';
import { MeshHeading } from './mesh-heading.jsx';
import { MeshToolbar } from './mesh-toolbar.jsx';

const LATER_VIEWS: Readonly<Record<string, () => JSX.Element | null>> = {
  timeline: lazily(async () => (await import('../timeline/timeline-view.jsx')).TimelineView),
  whatif: lazily(async () => (await import('./what-if.jsx')).WhatIf),
  edit: lazily(async () => (await import('../edit/edit-view.jsx')).EditView),
  past: lazily(async () => (await import('../history/past-view.jsx')).PastView),
};

function Opened({ live }: { live: LiveMesh }): JSX.Element {
  const state = live.state.value;
  if (live.isMissing.value)
    return (
      <Empty title="There is no such mesh">
        It may have been on another server. <a href={linkTo({ page: 'meshes' })}>All meshes</a>
      </Empty>
    );
  if (state === undefined)
    return (
      <div class="loading" aria-busy="true">
        <FaultBox text={live.fault.value} />
      </div>
    );
  const Later = LATER_VIEWS[param('view')];
  return (
    <div class="mesh-page">
      <MeshHeading live={live} state={state} />
      <MeshToolbar live={live} />
      <div class="mesh-view">{Later === undefined ? <GraphView live={live} state={state} /> : <Later />}</div>
    </div>
  );
}

export function MeshPage(): JSX.Element | null {
  const id = param('mesh');
  const live = useSignal<LiveMesh | undefined>(undefined);
  useEffect(() => {
    const made = new LiveMesh(id);
    live.value = made;
    openMesh.value = made;
    return () => {
      openMesh.value = undefined;
      made.close();
    };
  }, [id]);
  return live.value === undefined || live.value.id !== id ? null : <Opened key={id} live={live.value} />;
}
