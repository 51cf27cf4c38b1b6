/** One model: the error of its last training step by step, what it rests on, and which kinds of task believe it. */
import type { JSX } from 'preact';
import {
  type LearningTarget,
  ModelDetailDocument,
  type ModelDetailQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Bars } from '../parts/bars.jsx';
import { Chart } from '../parts/chart.jsx';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { ago, count, duration, figure, percent } from '../parts/words.js';

type Model = ModelDetailQuery['model'][number];

const LOOK_MS = 15_000;
const COLUMNS_MAX = 14;

function Curve({ training }: { training: NonNullable<Model['lastTraining']> }): JSX.Element {
  const steps = training.curve.map((_, index) => index + 1);
  return (
    <Section
      title="Error curve"
      says={`mean squared error of the logarithm; ${count(training.rows)} rows in ${duration(training.seconds)}, ${ago(training.startedAt)}`}
    >
      <Chart
        label="Error of the last training, step by step"
        isTime={false}
        height={180}
        lines={[{ name: 'error', tone: '--accent', filled: true }]}
        points={[steps, training.curve]}
        words={figure}
        xWords={(step) => (Number.isInteger(step) ? count(step) : '')}
      />
    </Section>
  );
}

function Importances({ model }: { model: Model }): JSX.Element {
  const columns = model.importances.slice(0, COLUMNS_MAX);
  const highest = Math.max(1e-9, ...columns.map(({ gain }) => gain));
  return (
    <Section
      title="What it rests on"
      says="how much the mean error of the logarithm grows when a feature is shuffled; pale: it does not pay"
    >
      {columns.length === 0 ? (
        <Empty title="Not told">Only trained models have importances, once they were trained.</Empty>
      ) : (
        <Bars
          label="Importances"
          bars={columns.map(({ column, gain, error, pays }) => ({
            name: column,
            share: Math.max(0, gain) / highest,
            words: `${figure(gain)} ± ${figure(error)}`,
            isFaint: !pays,
          }))}
        />
      )}
    </Section>
  );
}

function Champion({ model }: { model: Model }): JSX.Element {
  const { placeChoice, championOf } = model;
  return (
    <Section
      title="Who believes it"
      says={championOf.length === 0 ? 'no kind of task: another one predicts better' : undefined}
    >
      <ul class="tags">
        {championOf.map((kind) => (
          <li key={kind} class="tag">
            {kind}
          </li>
        ))}
      </ul>
      {placeChoice !== null && placeChoice.n > 0 && (
        <p>
          Places it would have chosen cost {percent(placeChoice.regret, 1)} more than the best, over{' '}
          {count(placeChoice.n)} choices
          {placeChoice.inCharge ? '; it is the one that compares them.' : '.'}
        </p>
      )}
    </Section>
  );
}

export function ModelCard({ name, target }: { name: string; target: LearningTarget }): JSX.Element {
  const { value, fault } = useAsk(ModelDetailDocument, { name }, LOOK_MS);
  const model = value.value?.model.find((one) => one.target === target) ?? value.value?.model[0];
  return (
    <section class="stack" aria-label={`Model ${name}`}>
      <h2 class="between">{name}</h2>
      <FaultBox text={fault.value} />
      {model !== undefined && (
        <div class="columns">
          {model.lastTraining !== null && model.lastTraining.curve.length > 1 && (
            <Curve training={model.lastTraining} />
          )}
          <Importances model={model} />
          <Champion model={model} />
        </div>
      )}
    </section>
  );
}
