/** Trainings that run, with their steps as they come, and the latest that ended. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  CancelTrainingDocument,
  TrainingEndsDocument,
  type TrainingNowFragment,
  TrainingsDocument,
  type TrainingsQuery,
  TrainingStepsDocument,
} from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { useHeard } from '../api/use-heard.js';
import { act } from '../parts/act.js';
import { Empty, Meter, Section } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { ago, count, day, duration, figure, sentence } from '../parts/words.js';
import { Table } from '../parts/table.jsx';

type Run = TrainingsQuery['trainings'][number];

const LOOK_MS = 5000;
const PAUSE_MS = 200;

function Running({ training }: { training: TrainingNowFragment }): JSX.Element {
  const { id, model, step, steps, loss, rows, seconds, etaSeconds, requestedBy } = training;
  const share = steps === 0 ? 0 : step / steps;
  return (
    <li class="training">
      <div class="training-words">
        <b>{model}</b>
        <span class="muted">
          {count(rows)} rows · {requestedBy === null ? 'it was due' : `asked for by ${requestedBy}`}
        </span>
        <span class="training-step">
          step {count(step)}
          {steps > 0 && ` of ${count(steps)}`}
          {loss !== null && ` · error ${figure(loss)}`}
          {` · ${duration(seconds)}`}
          {etaSeconds !== null && `, ${duration(etaSeconds)} left`}
        </span>
        {may('cancelTraining') && (
          <button
            type="button"
            class="toggle"
            onClick={() =>
              void act(CancelTrainingDocument, { id }, { text: `The training of ${model} ends` })
            }
          >
            <Glyph name="stop" size={13} /> Cancel
          </button>
        )}
      </div>
      <Meter share={share} label={`step ${step} of ${steps}`} />
    </li>
  );
}

function EndedRow({ run }: { run: Run }): JSX.Element {
  return (
    <tr>
      <td>
        <b>{run.model}</b>
      </td>
      <td title={run.reason ?? undefined}>{sentence(run.outcome)}</td>
      <td class="cell-number">{run.loss === null ? '–' : figure(run.loss)}</td>
      <td class="cell-number">{count(run.steps)}</td>
      <td class="cell-number">{count(run.rows)}</td>
      <td class="cell-number">{duration(run.seconds)}</td>
      <td class="muted">{run.requestedBy ?? 'it was due'}</td>
      <td class="cell-number muted" title={day(run.startedAt)}>
        {ago(run.startedAt)}
      </td>
    </tr>
  );
}

function Ended({ runs }: { runs: readonly Run[] }): JSX.Element {
  return (
    <details class="ended">
      <summary>The latest {count(runs.length)} that ended</summary>
      <Table
        label="Trainings that ended"
        heads={['Model', 'Came to', '#Error', '#Steps', '#Rows', '#Took', 'Asked for by', '#When']}
      >
        {runs.map((run) => (
          <EndedRow key={run.id} run={run} />
        ))}
      </Table>
    </details>
  );
}

export function TrainingsView(): JSX.Element {
  const { value, again } = useAsk(TrainingsDocument, {}, LOOK_MS);
  const steps = useSignal<ReadonlyMap<string, TrainingNowFragment>>(new Map());
  useHeard(TrainingStepsDocument, {}, (came) => {
    const isNew = came.some(
      ({ trainingProgress: { id } }) => !value.value?.runningTrainings.some((one) => one.id === id),
    );
    steps.value = new Map([
      ...steps.value,
      ...came.map(({ trainingProgress: one }) => [one.id, one] as const),
    ]);
    if (isNew) again();
  });
  useHeard(TrainingEndsDocument, {}, again, PAUSE_MS);
  const running = (value.value?.runningTrainings ?? []).map((one) => steps.value.get(one.id) ?? one);
  const ended = value.value?.trainings ?? [];
  return (
    <Section title="Training" says="in a thread of its own; it gives way to work">
      {running.length === 0 && ended.length === 0 && (
        <Empty title="Nothing was trained yet">
          Models train by themselves when their rows have grown by 15 %.
        </Empty>
      )}
      {running.length === 0 && ended.length > 0 && <p class="muted">No training runs now.</p>}
      <ul class="trainings" aria-live="off">
        {running.map((training) => (
          <Running key={training.id} training={training} />
        ))}
      </ul>
      {ended.length > 0 && <Ended runs={ended} />}
    </Section>
  );
}
