/** A task beside whatever is open: what it is, why it waits or ran where it did, its attempts, lines, values, and actions. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { TaskChangesDocument, TaskDetailDocument } from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { listen } from '../api/socket.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Tabs } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import { isFinal, PLACE_OF, WORD } from '../parts/statuses.js';
import { duration, interval, lower } from '../parts/words.js';
import { go, param } from '../address/address.js';
import { Attempts, PredictedAttempts } from './attempts.jsx';
import { Logs } from './logs.jsx';
import { Neighbours } from './neighbours.jsx';
import { TaskButtons } from './task-buttons.jsx';
import { Values } from './values.jsx';
import { type Task, whyWaiting } from './why-waiting.js';

const TABS = [
  { id: 'about', name: 'About' },
  { id: 'logs', name: 'Logs' },
  { id: 'values', name: 'In and out' },
  { id: 'edges', name: 'Edges' },
];
const LOOK_MS = 2000;

function Why({ task }: { task: Task }): JSX.Element | null {
  const words = whyWaiting(task, Date.now());
  if (task.failure !== null)
    return (
      <div class="callout is-failed">
        <strong>
          {lower(task.failure.kind)} · {task.failure.code}
        </strong>
        <p class="wrapped">{task.failure.message}</p>
      </div>
    );
  if (words.length === 0) {
    if (task.reason === null) return null;
    return (
      <div class="callout">
        <p>{task.reason}</p>
      </div>
    );
  }
  return (
    <div class="callout">
      <strong>Why it waits</strong>
      {words.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}

function Times({ task }: { task: Task }): JSX.Element {
  const last = task.attempts.at(-1);
  const now = Date.now();
  const run =
    task.status === 'RUNNING' && last !== undefined
      ? now - Date.parse(last.startedAt)
      : (last?.runMs ?? null);
  const queuedMs =
    task.queuedAt === null
      ? null
      : (last === undefined ? now : Date.parse(last.startedAt)) - Date.parse(task.queuedAt);
  return (
    <dl class="figures is-small">
      <div class="figure">
        <dt>{task.status === 'RUNNING' ? 'Running' : 'Ran'}</dt>
        <dd class="figure-value">{run === null ? '–' : duration(run / 1000)}</dd>
      </div>
      <div class="figure">
        <dt>Queued</dt>
        <dd class="figure-value">
          {queuedMs === null
            ? '–'
            : duration(Math.max(0, last === undefined ? queuedMs : last.waitMs) / 1000)}
        </dd>
      </div>
      <div class="figure">
        <dt>Ends in</dt>
        <dd class="figure-value">
          {isFinal(PLACE_OF[task.status]) ? '–' : task.eta === null ? 'unknown' : duration(task.eta.p50)}
        </dd>
        {task.eta !== null && <dd class="figure-says">{interval(task.eta)}</dd>}
      </div>
      <div class="figure">
        <dt>Attempt</dt>
        <dd class="figure-value">
          {task.attempt} <small>of {task.retryPolicy.maxAttempts}</small>
        </dd>
      </div>
    </dl>
  );
}

function workOf({ work }: Task): string {
  if (work === null) return 'milestone: nothing to do';
  const payload = work.payload as {
    argv?: string[];
    url?: string;
    method?: string;
    path?: string;
    durationMs?: number;
  };
  if (work.kind === 'COMMAND') return (payload.argv ?? []).join(' ');
  if (work.kind === 'HTTP') return `${payload.method ?? 'GET'} ${payload.url ?? ''}`;
  if (work.kind === 'MODULE') return payload.path ?? '';
  if (work.kind === 'WAIT') return `wait ${duration((payload.durationMs ?? 0) / 1000)}`;
  return 'quantum circuit';
}

function About({ task }: { task: Task }): JSX.Element {
  const facts: readonly (readonly [string, string])[] = [
    ['Kind', task.work === null ? 'milestone' : lower(task.work.kind)],
    ['Size', lower(task.taskType)],
    ['Priority', lower(task.priority)],
    ['Layer', task.placedOn ?? task.layerPreference ?? 'wherever it fits'],
    ['Created by', task.createdBy],
    ['Key', task.key],
  ];
  return (
    <>
      <Why task={task} />
      <Times task={task} />
      <pre class="work">{workOf(task)}</pre>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {task.description !== null && <p>{task.description}</p>}
    </>
  );
}

export function TaskPanel({ id }: { id: string }): JSX.Element {
  const isOver = useSignal(false);
  const { value, fault, again } = useAsk(TaskDetailDocument, { id }, isOver.value ? undefined : LOOK_MS);
  const task = value.value?.task;
  isOver.value = task != null && isFinal(PLACE_OF[task.status]);
  useEffect(() => listen(TaskChangesDocument, { id }, { next: again }), [id]);
  const tab = param('tab') || 'about';
  return (
    <aside class="panel" aria-label={task?.name ?? 'Task'}>
      <header class="panel-head">
        <div class="panel-title">
          {task != null && <StatusIcon status={task.status} size={18} />}
          <h2>{task?.name ?? '…'}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label="Close"
            title="Close (Esc)"
            onClick={() => go({ task: null, tab: null })}
          >
            <Glyph name="close" />
          </button>
        </div>
        {task != null && (
          <p class="panel-says">
            <b>{WORD[task.status]}</b>
            {task.tags.map((tag) => (
              <span key={tag} class="tag">
                {tag}
              </span>
            ))}
          </p>
        )}
        {task != null && <TaskButtons task={task} again={again} />}
        <Tabs label="Of the task" param="tab" tabs={TABS} />
      </header>
      <div class="panel-inside" tabIndex={0} role="region" aria-label="Details">
        <FaultBox text={fault.value} />
        {task === null && <Empty title="There is no such task" />}
        {task != null && tab === 'about' && (
          <>
            <About task={task} />
            {may('predictions') ? (
              <PredictedAttempts task={task} />
            ) : (
              <Attempts task={task} predictions={[]} />
            )}
          </>
        )}
        {task != null && tab === 'logs' && <Logs task={task} />}
        {task != null && tab === 'values' && <Values task={task} />}
        {task != null && tab === 'edges' && <Neighbours task={task} />}
      </div>
    </aside>
  );
}
