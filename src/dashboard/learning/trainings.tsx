/** Trainings: those that run with their progress as it comes, those that ended with their error curves. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  CancelTrainingDocument,
  type LearnedQuery,
  type TrainingNowFragment,
  TrainingStepsDocument,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { mayAct } from '../api/session.js';
import { listen } from '../api/socket.js';
import { Empty, Meter, Section } from '../parts/frame.jsx';
import { ago, count, duration, figure, sentence } from '../parts/words.js';
import { say } from '../shell/toasts.jsx';

type Ended = LearnedQuery['trainings'][number];

/** A curve as a line of 120 × 28, without axes: its shape is what tells. */
function Spark({ curve }: { curve: readonly number[] }): JSX.Element | null {
  if (curve.length < 2) return null;
  const [least, most] = [Math.min(...curve), Math.max(...curve)];
  const points = curve.map(
    (value, index) =>
      `${(120 * index) / (curve.length - 1)},${26 - (24 * (value - least)) / Math.max(1e-9, most - least)}`,
  );
  return (
    <svg
      class="spark"
      viewBox="0 0 120 28"
      width={120}
      height={28}
      role="img"
      aria-label={`loss from ${figure(curve[0])} to ${figure(curve.at(-1))}`}
    >
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" stroke-width={1.5} />
    </svg>
  );
}

function Running({ training, again }: { training: TrainingNowFragment; again: () => void }): JSX.Element {
  const { id, model, step, steps, loss, seconds, etaSeconds, requestedBy } = training;
  const cancel = (): void => {
    ask(CancelTrainingDocument, { id }).then(again, (error: unknown) =>
      say({ text: wordsOf(error), isFault: true }),
    );
  };
  return (
    <li class="training">
      <b>{model}</b>
      <Meter share={steps === 0 ? 0 : step / steps} label={`step ${step} of ${steps}`} />
      <span class="cell-number">
        {count(step)} / {count(steps)}
      </span>
      <span class="muted">
        {loss !== null && `loss ${figure(loss)}, `}
        {duration(seconds)}
        {etaSeconds !== null && `, ${duration(etaSeconds)} left`}
        {requestedBy !== null && `, asked by ${requestedBy}`}
      </span>
      {mayAct.value && (
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      )}
    </li>
  );
}

interface TrainingsProps {
  readonly running: readonly TrainingNowFragment[];
  readonly ended: readonly Ended[];
  readonly again: () => void;
}

export function Trainings({ running, ended, again }: TrainingsProps): JSX.Element {
  const latest = useSignal<ReadonlyMap<string, TrainingNowFragment>>(new Map());
  useEffect(
    () =>
      listen(
        TrainingStepsDocument,
        {},
        {
          next: ({ trainingProgress }) =>
            (latest.value = new Map(latest.peek()).set(trainingProgress.id, trainingProgress)),
        },
      ),
    [],
  );
  const shown = new Map(running.map((one) => [one.id, one]));
  for (const [id, one] of latest.value) if (!ended.some((other) => other.id === id)) shown.set(id, one);
  return (
    <Section title="Trainings">
      {shown.size + ended.length === 0 && (
        <Empty title="Nothing was trained yet">Models that learn as they go need none.</Empty>
      )}
      <ul>
        {[...shown.values()].map((training) => (
          <Running key={training.id} training={training} again={again} />
        ))}
      </ul>
      <ul class="trainings">
        {ended.map(({ id, model, target, outcome, loss, rows, seconds, startedAt, reason, curve }) => (
          <li key={id} class="training-ended">
            <Spark curve={curve} />
            <b>{model}</b>
            <span class="muted">
              {sentence(target)}, {sentence(outcome)}
              {reason !== null && `: ${reason}`}
            </span>
            <span>loss {figure(loss)}</span>
            <span class="muted">
              {count(rows)} rows in {duration(seconds)}, {ago(startedAt)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
