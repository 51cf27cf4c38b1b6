/** What was learned and how well: champions by kind of task, models and their training, predictions against what came. */
import type { JSX } from 'preact';
import {
  LearnedDocument,
  type LearnedQuery,
  type LearningTarget,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, FigureTile, Heading, Tabs } from '../parts/frame.jsx';
import { count, duration, percent } from '../parts/words.js';
import { param } from '../address/address.js';
import '../style/insight.css';
import '../style/learning.css';
import { ChangedView } from './changed-view.jsx';
import { ChampionsView } from './champions-view.jsx';
import { ModelsView } from './models-view.jsx';
import { PredictionsView } from './predictions-view.jsx';

export type Learned = LearnedQuery['learningMetrics'];

const LOOK_MS = 4000;
const TABS = [
  { id: 'champions', name: 'Champions' },
  { id: 'predictions', name: 'Predicted and actual' },
  { id: 'models', name: 'Models and training' },
  { id: 'changed', name: 'Drift and tuning' },
];

const TARGETS: Readonly<Record<LearningTarget, string>> = {
  RUN_TIME: 'Run time',
  MEMORY_PEAK: 'Memory',
  OUTPUT_BYTES: 'Output size',
  FAILURE: 'Failure',
};

function Figures({ learned }: { learned: Learned }): JSX.Element {
  return (
    <dl class="figures">
      <FigureTile
        name="Learned from"
        value={count(learned.observations)}
        says={learned.caughtUp ? 'attempts, all there are' : 'attempts; more are waiting'}
      />
      {learned.targets
        .filter(({ n }) => n > 0)
        .map(({ target, medianApe, coverageRecent, n }) => (
          <FigureTile
            key={target}
            name={`${TARGETS[target]}, median error`}
            value={percent(medianApe, 1)}
            says={`${percent(coverageRecent)} of the last 500 inside 90 % intervals · ${count(n)} scored`}
          />
        ))}
      <FigureTile
        name="Trainings"
        value={count(learned.trainings)}
        says={`took ${duration(learned.trainingSeconds)} together`}
      />
    </dl>
  );
}

function words(learned: Learned | undefined): string {
  if (learned === undefined) return '…';
  if (!learned.enabled) return 'switched off: learning.enabled is false';
  const kinds = learned.types.length;
  return `${count(kinds)} ${kinds === 1 ? 'kind' : 'kinds'} of task met; each believes the model that predicts it best`;
}

export function LearningPage(): JSX.Element {
  const { value, fault } = useAsk(LearnedDocument, {}, LOOK_MS);
  const learned = value.value?.learningMetrics;
  const part = param('part') || 'champions';
  return (
    <div class="page">
      <Heading title="Learning" says={words(learned)} />
      <Tabs label="Of learning" param="part" tabs={TABS} />
      <FaultBox text={fault.value} />
      {learned !== undefined && !learned.enabled && (
        <Empty title="Learning is off">
          Set <code>learning.enabled = true</code> and start the server again.
        </Empty>
      )}
      {learned !== undefined && <Figures learned={learned} />}
      {learned !== undefined && part === 'champions' && <ChampionsView types={learned.types} />}
      {part === 'predictions' && <PredictionsView />}
      {part === 'models' && <ModelsView />}
      {part === 'changed' && <ChangedView />}
    </div>
  );
}
