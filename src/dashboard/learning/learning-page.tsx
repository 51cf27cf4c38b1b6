/** Learning: how good the predictions are, by which models, what they rest on, and trainings as they go. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  LearnedDocument,
  type LearnedQuery,
  TrainingEndsDocument,
} from '../../generated/dashboard/graphql.js';
import { listen } from '../api/socket.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, FigureTile, Heading, Section } from '../parts/frame.jsx';
import { ago, count, duration, figure, percent, sentence } from '../parts/words.js';
import { Champions } from './champions.jsx';
import { Calibration } from './calibration.jsx';
import { Models } from './models.jsx';
import { Trainings } from './trainings.jsx';

const LOOK_MS = 5000;

function Targets({ learned }: { learned: LearnedQuery }): JSX.Element {
  const { observations, targets, trainings, trainingSeconds } = learned.learningMetrics;
  const run = targets.find(({ target }) => target === 'RUN_TIME');
  return (
    <dl class="figures">
      <FigureTile name="Learned from" value={count(observations)} says="attempts" />
      <FigureTile
        name="Median error of run time"
        value={percent(run?.medianApe)}
        says={`of ${count(run?.n ?? 0)} predictions`}
      />
      <FigureTile name="Within 25 %" value={percent(run?.accuracy)} says="of what came" />
      <FigureTile name="Inside the interval" value={percent(run?.coverage)} says="90 % is right" />
      <FigureTile name="Trainings" value={count(trainings)} says={`${duration(trainingSeconds)} together`} />
    </dl>
  );
}

function Changes({ learned }: { learned: LearnedQuery }): JSX.Element | null {
  const { driftAlarms, tuningChanges } = learned;
  if (driftAlarms.length + tuningChanges.length === 0) return null;
  return (
    <Section
      title="What changed"
      says="Machines that became slower or faster, and parameters that were tuned."
    >
      <ul class="notes">
        {driftAlarms.map(({ at, machine, factorBefore, factorAfter }) => (
          <li key={`${machine}${at}`}>
            <span class="tag">Drift</span>
            <b>{machine}</b>
            <p>
              counted with × {figure(factorBefore)}, now × {figure(factorAfter)}
            </p>
            <span class="muted">{ago(at)}</span>
          </li>
        ))}
        {tuningChanges.map(({ id, at, parameter, scope, before, after, revertedAt }) => (
          <li key={id} class={revertedAt === null ? '' : 'is-over'}>
            <span class="tag">Tuned</span>
            <b>{sentence(parameter)}</b>
            <p>
              {scope}: {figure(before)} → {figure(after)}
            </p>
            <span class="muted">{revertedAt === null ? ago(at) : 'taken back'}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function LearningPage(): JSX.Element {
  const { value, fault, again } = useAsk(LearnedDocument, {}, LOOK_MS);
  useEffect(() => listen(TrainingEndsDocument, {}, { next: again }), []);
  const learned = value.value;
  return (
    <div class="page">
      <Heading
        title="Learning"
        says="Every attempt is predicted before it runs, and learned from when it has ended"
      />
      <FaultBox text={fault.value} />
      {learned !== undefined && !learned.learningMetrics.enabled && (
        <Empty title="It is switched off">learning.enabled is false.</Empty>
      )}
      {learned !== undefined && (
        <>
          <Targets learned={learned} />
          <Calibration />
          <Champions types={learned.learningMetrics.types} />
          <Models models={learned.models} again={again} />
          <Trainings running={learned.runningTrainings} ended={learned.trainings} again={again} />
          <Changes learned={learned} />
        </>
      )}
    </div>
  );
}
