/** Every attempt of a task, the last first: how it ended, what it used, what was expected, and why it ran where it ran. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  type AttemptOutcome,
  TaskPredictionsDocument,
  type TaskPredictionsQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Meter } from '../parts/frame.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import type { StatusName } from '../parts/statuses.js';
import { bytes, clock, duration, figure, lower, milliseconds, sentence } from '../parts/words.js';
import type { Task } from './why-waiting.js';

type Attempt = Task['attempts'][number];
type Prediction = TaskPredictionsQuery['predictions']['nodes'][number];

const ICON_OF: Readonly<Record<AttemptOutcome, StatusName>> = {
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  TIMED_OUT: 'FAILED',
  CRASHED: 'UPSTREAM_FAILED',
  CANCELLED: 'CANCELLED',
};

const POLICY_SAYS: Readonly<Record<string, string>> = {
  ROUND_ROBIN: 'the next in turn',
  LEAST_CONNECTIONS: 'the one that ran the fewest attempts',
  RESOURCE_BASED: 'the one whose scarcest resource would be the least full',
  LEARNED: 'the one where it is expected to end first',
  PLAN: 'chosen with the rest of its mesh, busy places included',
  ONLY: 'there was no choice',
};

function Placement({
  attempt,
  prediction,
}: {
  attempt: Attempt;
  prediction: Prediction | undefined;
}): JSX.Element {
  const { placement } = attempt;
  const policy = placement?.policy ?? prediction?.policy ?? 'ONLY';
  const worst = Math.max(...(placement?.candidates.map(({ score }) => score) ?? [0]));
  return (
    <div class="placement">
      <p>
        <b>Why here:</b> {POLICY_SAYS[policy] ?? lower(policy)}
        {placement !== null && `, of ${placement.eligible} that had room (${placement.nodes} nodes)`}.
      </p>
      {placement !== null && (
        <ul class="candidates">
          {placement.candidates.map(({ node, score }, index) => (
            <li key={node}>
              <span class={index === 0 ? 'is-chosen' : ''}>{node}</span>
              <Meter
                share={worst === 0 ? 0 : score / worst}
                label={`score ${figure(score)}, the lower the better`}
              />
              <span class="cell-number">{figure(score)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Expected({ prediction, runMs }: { prediction: Prediction; runMs: number | null }): JSX.Element {
  const { p05, p50, p95, model } = prediction;
  const most = Math.max(p95, (runMs ?? 0) / 1000) * 1.05;
  const at = (seconds: number): string => `${(100 * seconds) / most}%`;
  return (
    <div class="expected">
      <span
        class="expected-bar"
        role="img"
        aria-label={`expected ${duration(p50)}, between ${duration(p05)} and ${duration(p95)}`}
      >
        <i class="expected-span" style={{ left: at(p05), width: at(p95 - p05) }} />
        <i class="expected-middle" style={{ left: at(p50) }} />
        {runMs !== null && <i class="expected-real" style={{ left: at(runMs / 1000) }} />}
      </span>
      <span class="muted">
        expected {duration(p50)} ({duration(p05)} – {duration(p95)}) by {model}
        {prediction.regret !== null &&
          prediction.regret > 0.05 &&
          `, ${duration(prediction.regret)} more than elsewhere`}
      </span>
    </div>
  );
}

function AttemptItem({
  attempt,
  prediction,
}: {
  attempt: Attempt;
  prediction: Prediction | undefined;
}): JSX.Element {
  const { outcome } = attempt;
  return (
    <li class="attempt">
      <div class="attempt-head">
        <StatusIcon status={outcome === null ? 'RUNNING' : ICON_OF[outcome]} />
        <b>Attempt {attempt.attempt}</b>
        <span>{outcome === null ? 'Running' : sentence(outcome)}</span>
        <span class="cell-number">{attempt.runMs === null ? '' : milliseconds(attempt.runMs)}</span>
      </div>
      <p class="attempt-facts">
        <span>{clock(attempt.startedAt)}</span>
        <span>waited {milliseconds(attempt.waitMs)}</span>
        {attempt.cpuMs !== null && <span>CPU {milliseconds(attempt.cpuMs)}</span>}
        {attempt.memoryPeakBytes !== null && <span>{bytes(attempt.memoryPeakBytes)}</span>}
        {attempt.exitCode !== null && <span>exit {attempt.exitCode}</span>}
      </p>
      <p class="attempt-facts">
        <span>{attempt.layer}</span>
        <span class="wrapped">{attempt.node}</span>
      </p>
      {attempt.failure !== null && (
        <p class="attempt-failure wrapped">
          {attempt.failure.code}: {attempt.failure.message}
        </p>
      )}
      {prediction !== undefined && <Expected prediction={prediction} runMs={attempt.runMs} />}
      <Placement attempt={attempt} prediction={prediction} />
    </li>
  );
}

export function Attempts({
  task,
  predictions,
}: {
  task: Task;
  predictions: readonly Prediction[];
}): JSX.Element | null {
  if (task.attempts.length === 0) return null;
  return (
    <section class="panel-section">
      <h3>History</h3>
      <ol class="attempts">
        {[...task.attempts].reverse().map((attempt) => (
          <AttemptItem
            key={attempt.attempt}
            attempt={attempt}
            prediction={predictions.find((one) => one.attempt === attempt.attempt)}
          />
        ))}
      </ol>
    </section>
  );
}

/** For those who may see what was learned from everybody; asked again when an attempt comes or ends. */
export function PredictedAttempts({ task }: { task: Task }): JSX.Element {
  const { value, again } = useAsk(TaskPredictionsDocument, { id: task.id });
  const last = task.attempts.at(-1);
  useEffect(again, [task.attempts.length, last?.outcome]);
  return <Attempts task={task} predictions={value.value?.predictions.nodes ?? []} />;
}
