/** The heading of a mesh: what it is, how far, when it ends, and what one may do to it. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { MeshHeadDocument } from '../../generated/dashboard/graphql.js';
import { mayChange, token, viewer } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { Glyph } from '../parts/glyph.jsx';
import { CountsBar, StatusIcon } from '../parts/status-mark.jsx';
import { isFinal, STATUSES, TONE, WORD } from '../parts/statuses.js';
import { ago, count, day, duration, interval } from '../parts/words.js';
import { go, linkTo, param } from '../address/address.js';
import { isSignInOpen } from '../shell/sign-in.jsx';
import type { LiveMesh } from './live-mesh.js';
import { cancelMesh, pauseMesh, rerunMesh, resumeMesh } from './mesh-actions.js';
import type { MeshState } from './mesh-state.js';

function Progress({ live, state }: { live: LiveMesh; state: MeshState }): JSX.Element {
  void live.version.value;
  const total = state.counts.reduce((sum, one) => sum + one, 0);
  const ended = state.counts.reduce((sum, one, status) => sum + (isFinal(status) ? one : 0), 0);
  const eta = live.eta.value;
  const words = !state.isOpen ? 'ended' : eta === null ? 'end unknown yet' : `${duration(eta.p50)} left`;
  return (
    <div class="mesh-progress">
      <CountsBar counts={state.counts} />
      <span class="mesh-progress-words">
        <b>{total === 0 ? 100 : Math.floor((100 * ended) / total)} %</b>
        <span>
          {count(ended)} of {count(total)}
        </span>
        <span title={eta === null ? '' : `likely between ${interval(eta)} from now`}>{words}</span>
        {eta !== null && state.isOpen && <span class="muted">{interval(eta)}</span>}
      </span>
    </div>
  );
}

function Chips({ live, state }: { live: LiveMesh; state: MeshState }): JSX.Element {
  void live.version.value;
  const wanted = param('status').split('~').filter(Boolean);
  const turn = (status: string): string => {
    const next = wanted.includes(status) ? wanted.filter((one) => one !== status) : [...wanted, status];
    return next.join('~');
  };
  return (
    <div class="chips" role="group" aria-label="Show only">
      {STATUSES.map((status, place) =>
        state.counts[place] === 0 && !wanted.includes(status) ? null : (
          <button
            key={status}
            type="button"
            class="chip"
            aria-pressed={wanted.includes(status)}
            style={{ '--tone': `var(${TONE[status]})` }}
            onClick={() => go({ status: turn(status) })}
          >
            <StatusIcon status={status} size={13} />
            {WORD[status]} <b>{count(state.counts[place] as number)}</b>
          </button>
        ),
      )}
    </div>
  );
}

interface ActionsProps {
  readonly live: LiveMesh;
  readonly state: MeshState;
  readonly name: string;
  /** Who made the mesh. */
  readonly by: string;
}

function Actions({ live, state, name, by }: ActionsProps): JSX.Element | null {
  const { id } = live;
  void live.version.value;
  if (viewer.value === undefined) return null;
  if (!mayChange('cancelMesh', by))
    return token.value !== '' ? null : (
      <button type="button" onClick={() => (isSignInOpen.value = true)}>
        <Glyph name="key" /> Sign in to act
      </button>
    );
  const failed = state.counts.some(
    (amount, status) =>
      amount > 0 && ['FAILED', 'UPSTREAM_FAILED', 'CANCELLED'].includes(STATUSES[status] as string),
  );
  return (
    <>
      {state.meshStatus === 'RUNNING' && (
        <button type="button" onClick={() => void pauseMesh(id)}>
          <Glyph name="pause" /> Pause
        </button>
      )}
      {state.meshStatus === 'PAUSED' && (
        <button type="button" class="primary" onClick={() => void resumeMesh(id)}>
          <Glyph name="play" /> Resume
        </button>
      )}
      {state.isOpen && (
        <button type="button" onClick={() => cancelMesh(id, name)}>
          <Glyph name="stop" /> End
        </button>
      )}
      {!state.isOpen && failed && (
        <button type="button" class="primary" onClick={() => void rerunMesh(id, 'FROM_FAILURE')}>
          <Glyph name="retry" /> Rerun from failure
        </button>
      )}
      {!state.isOpen && (
        <button type="button" onClick={() => void rerunMesh(id, 'ALL')}>
          <Glyph name="retry" /> Rerun all
        </button>
      )}
    </>
  );
}

export function MeshHeading({ live, state }: { live: LiveMesh; state: MeshState }): JSX.Element {
  const { value } = useAsk(MeshHeadDocument, { id: live.id });
  const mesh = value.value?.mesh;
  void live.version.value;
  const name = mesh?.name ?? '…';
  useEffect(() => {
    document.title = `${name} · Task Mesh`;
  }, [name]);
  return (
    <header class="mesh-heading">
      <div class="mesh-title">
        <a class="crumb" href={linkTo({ page: 'meshes' })}>
          Meshes
        </a>
        <h1>
          <StatusIcon status={state.meshStatus} size={18} />
          {name}
          <span class="mesh-status">{WORD[state.meshStatus]}</span>
        </h1>
        <p class="mesh-says">
          {mesh != null && (
            <span title={day(mesh.createdAt)}>
              started {ago(mesh.createdAt)} by {mesh.createdBy}
            </span>
          )}
          {mesh?.parentMesh != null && (
            <a href={linkTo({ page: 'mesh', mesh: mesh.parentMesh.id })}>rerun of {mesh.parentMesh.name}</a>
          )}
          {mesh?.tags.map((tag) => (
            <span key={tag} class="tag">
              {tag}
            </span>
          ))}
          {mesh?.description != null && <span>{mesh.description}</span>}
        </p>
      </div>
      <div class="heading-actions">
        <Actions live={live} state={state} name={name} by={mesh?.createdBy ?? ''} />
      </div>
      <Progress live={live} state={state} />
      <Chips live={live} state={state} />
    </header>
  );
}
