/** What one may do to a task as it is now; nothing where one may not act. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Priority } from '../../generated/dashboard/graphql.js';
import { mayChange } from '../api/session.js';
import { rerunMesh } from '../mesh/mesh-actions.js';
import { Glyph } from '../parts/glyph.jsx';
import { isFinal, PLACE_OF } from '../parts/statuses.js';
import { sentence } from '../parts/words.js';
import { useKeys } from '../shell/keyboard.js';
import { param } from '../address/address.js';
import { cancelTask, holdTask, releaseTask, retryTask, setPriority } from './task-actions.js';
import type { Task } from './why-waiting.js';

const PRIORITIES: readonly Priority[] = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'];

function meshOf(): string {
  return param('mesh');
}

function PriorityChoice({
  task,
  onChoose,
}: {
  task: Task;
  onChoose: (priority: Priority) => void;
}): JSX.Element {
  return (
    <label class="fold">
      Priority
      <select value={task.priority} onChange={(event) => onChoose(event.currentTarget.value as Priority)}>
        {PRIORITIES.map((priority) => (
          <option key={priority} value={priority}>
            {sentence(priority)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function TaskButtons({ task, again }: { task: Task; again: () => void }): JSX.Element | null {
  const row = useRef<HTMLDivElement>(null);
  const isBusy = useSignal(false);
  useKeys(
    [
      {
        key: '.',
        says: 'Actions of the open task',
        run: () => row.current?.querySelector('button')?.focus(),
      },
    ],
    [],
  );
  if (!mayChange('cancelTask', task.createdBy)) return null;
  const acted = { id: task.id, name: task.name, meshId: meshOf() };
  const isOver = isFinal(PLACE_OF[task.status]);
  const hasNotStarted = task.status === 'PENDING' || task.status === 'QUEUED' || task.status === 'RETRYING';
  const run = (act: () => Promise<void> | void) => (): void => {
    isBusy.value = true;
    void Promise.resolve(act()).finally(() => {
      isBusy.value = false;
      again();
    });
  };
  return (
    <div class="panel-buttons" ref={row} role="group" aria-label="Actions" aria-busy={isBusy.value}>
      {(isOver || task.status === 'RETRYING') && (
        <button type="button" onClick={run(() => retryTask(acted))}>
          <Glyph name="retry" /> {isOver ? 'Run again' : 'Retry now'}
        </button>
      )}
      {isOver && acted.meshId !== '' && (
        <button
          type="button"
          title="This task and all that hangs on it, as a new mesh"
          onClick={run(() => rerunMesh(acted.meshId, 'FROM_TASK', task.id))}
        >
          <Glyph name="fork" /> Rerun downstream
        </button>
      )}
      {hasNotStarted && (
        <button type="button" onClick={run(() => holdTask(acted))}>
          <Glyph name="pause" /> Hold
        </button>
      )}
      {task.status === 'HELD' && (
        <button type="button" class="primary" onClick={run(() => releaseTask(acted))}>
          <Glyph name="play" /> Release
        </button>
      )}
      {!isOver && (
        <button type="button" onClick={run(() => cancelTask(acted))}>
          <Glyph name="stop" /> Cancel
        </button>
      )}
      {!isOver && (
        <PriorityChoice
          task={task}
          onChoose={(priority) => run(() => setPriority(acted, task.priority, priority))()}
        />
      )}
    </div>
  );
}
