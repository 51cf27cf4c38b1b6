/** The models for run time: family, error, and what the trained ones rest on. */
import type { JSX } from 'preact';
import { type LearnedQuery, TrainModelDocument } from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { mayAct } from '../api/session.js';
import { Meter, Section } from '../parts/frame.jsx';
import { count, figure, percent, sentence } from '../parts/words.js';
import { say } from '../shell/toasts.jsx';

type Model = LearnedQuery['models'][number];

const IMPORTANCES_MAX = 6;

function train(model: string, again: () => void): void {
  ask(TrainModelDocument, { model }).then(
    () => {
      say({ text: `${model} is being trained` });
      again();
    },
    (error: unknown) => say({ text: wordsOf(error), isFault: true }),
  );
}

function Importances({ model }: { model: Model }): JSX.Element | null {
  const list = model.importances.slice(0, IMPORTANCES_MAX);
  if (list.length === 0) return null;
  const most = Math.max(...list.map(({ gain }) => gain), 1e-9);
  return (
    <div>
      <h4>Rests on</h4>
      <ul class="importances">
        {list.map(({ column, gain, pays }) => (
          <li key={column}>
            <span>{column}</span>
            <Meter
              share={gain / most}
              tone={pays ? '--accent' : '--pending'}
              label={`gain ${figure(gain)}`}
            />
            <span class="cell-number muted">{figure(gain)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Models({ models, again }: { models: readonly Model[]; again: () => void }): JSX.Element {
  const shown = models.filter(({ target }) => target === 'RUN_TIME');
  return (
    <Section
      title="Models of run time"
      says="Each predicts every attempt; the best for a kind of task is its champion."
    >
      <ul class="models">
        {shown.map((model) => (
          <li key={model.name} class="model">
            <h3>
              {model.name}
              {mayAct.value && model.trained && (
                <button type="button" onClick={() => train(model.name, again)}>
                  Train
                </button>
              )}
            </h3>
            <p class="muted">
              {sentence(model.family)}, version {model.version}, {count(model.rows)} rows
            </p>
            <p>
              median error <b>{percent(model.metrics.medianApe, 1)}</b>, champion of{' '}
              <b>{count(model.championCount)}</b>
            </p>
            <Importances model={model} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
