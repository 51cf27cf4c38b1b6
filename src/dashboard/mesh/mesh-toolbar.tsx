/** The tabs of a mesh and how its picture is wished: search, fold, critical path, hidden, followed. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import {
  SearchTasksDocument,
  type SearchTasksQuery,
  type TaskStatus,
} from '../../generated/dashboard/graphql.js';
import { ask } from '../api/client.js';
import { Tabs } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import { count, duration } from '../parts/words.js';
import { go, linkTo, param } from '../address/address.js';
import { useKeys } from '../shell/keyboard.js';
import type { LiveMesh } from './live-mesh.js';

const SEARCH_PAUSE_MS = 150;

export const VIEWS = [
  { id: 'graph', name: 'Graph' },
  { id: 'timeline', name: 'Timeline' },
  { id: 'whatif', name: 'What if' },
  { id: 'edit', name: 'Edit' },
  { id: 'past', name: 'Past' },
];

/** Asked of the server, which knows all tasks, also those that are not drawn; only of the statuses that are chosen. */
function Search({ meshId }: { meshId: string }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const hits = useSignal<SearchTasksQuery['tasks'] | undefined>(undefined);
  const words = param('q');
  const wanted = param('status');
  useEffect(() => {
    if (words === '') {
      hits.value = undefined;
      return undefined;
    }
    const over = new AbortController();
    const timer = setTimeout(() => {
      const statuses = wanted === '' ? null : (wanted.split('~') as TaskStatus[]);
      ask(SearchTasksDocument, { filter: { meshId, search: words, statuses } }, over.signal).then(
        ({ tasks }) => (hits.value = tasks),
        () => undefined,
      );
    }, SEARCH_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [words, wanted, meshId]);
  useKeys([{ key: '/', says: 'Search tasks', run: () => field.current?.focus() }], []);
  const isOpen = hits.value !== undefined && words !== '';
  return (
    <div class="search">
      <Glyph name="search" size={14} />
      <input
        ref={field}
        type="search"
        placeholder="Search tasks  /"
        aria-label="Search tasks"
        value={words}
        onInput={(event) => go({ q: event.currentTarget.value }, { replace: true })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            go({ q: null }, { replace: true });
            event.currentTarget.blur();
          }
          if (event.key === 'Enter' && hits.value?.nodes[0] !== undefined)
            go({ task: hits.value.nodes[0].id });
        }}
      />
      {isOpen && (
        <div class="search-hits">
          <p class="muted">{count(hits.value?.totalCount ?? 0)} found</p>
          <ul>
            {hits.value?.nodes.slice(0, 8).map((task) => (
              <li key={task.id}>
                <a href={linkTo({ task: task.id, q: null })}>
                  <StatusIcon status={task.status} size={13} />
                  <span>{task.name}</span>
                  {task.key !== task.name && <small>{task.key}</small>}
                </a>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Toggle({ name, word, hint }: { name: string; word: string; hint: string }): JSX.Element {
  const isOn = param(name) === '1';
  return (
    <button
      type="button"
      class="toggle"
      aria-pressed={isOn}
      title={hint}
      onClick={() => go({ [name]: isOn ? null : '1' })}
    >
      {word}
    </button>
  );
}

export function MeshToolbar({ live }: { live: LiveMesh }): JSX.Element {
  const view = param('view') || 'graph';
  const path = live.path.value;
  useKeys(
    [
      {
        key: 'f',
        says: 'Failed only',
        run: () => go({ status: param('status') === 'FAILED' ? null : 'FAILED' }),
      },
      { key: 'c', says: 'Critical path', run: () => go({ path: param('path') === '1' ? null : '1' }) },
      {
        key: 'h',
        says: 'Hide what is completed',
        run: () => go({ hide: param('hide') === '1' ? null : '1' }),
      },
    ],
    [],
  );
  const pathWords = path?.seconds == null ? 'Critical path' : `Critical path ${duration(path.seconds)}`;
  return (
    <div class="toolbar">
      <Tabs label="Views of the mesh" param="view" tabs={VIEWS} />
      {(view === 'graph' || view === 'timeline') && (
        <div class="toolbar-tools">
          <Search meshId={live.id} />
          <Toggle name="path" word={pathWords} hint="The chain of tasks that decides when all is over (c)" />
          {view === 'graph' && (
            <>
              <Toggle name="hide" word="Hide completed" hint="Leave out what has completed (h)" />
              <Toggle name="follow" word="Follow" hint="Keep what runs in the middle (r)" />
              <label class="fold">
                Fold
                <select
                  value={param('fold')}
                  onChange={(event) => go({ fold: event.currentTarget.value, open: null })}
                >
                  <option value="">nothing</option>
                  <option value="siblings">siblings</option>
                  <option value="tags">tags</option>
                </select>
              </label>
            </>
          )}
        </div>
      )}
    </div>
  );
}
