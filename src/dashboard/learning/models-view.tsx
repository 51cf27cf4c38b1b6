/** The models, each with its errors, its curve and what it rests on; and trainings as they go, begun and ended from here. */
import type { JSX } from 'preact';
import {
  type LearningTarget,
  ModelsDocument,
  type ModelsQuery,
  TrainModelDocument,
} from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { act } from '../parts/act.js';
import { FaultBox, Tabs } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { count, plural, percent, sentence } from '../parts/words.js';
import { Table } from '../parts/table.jsx';
import { linkTo, param } from '../address/address.js';
import { ModelCard } from './model-card.jsx';
import { TrainingsView } from './trainings-view.jsx';

type Model = ModelsQuery['models'][number];

const LOOK_MS = 5000;
const TARGETS: readonly { readonly id: LearningTarget; readonly name: string }[] = [
  { id: 'RUN_TIME', name: 'Run time' },
  { id: 'MEMORY_PEAK', name: 'Memory' },
  { id: 'OUTPUT_BYTES', name: 'Output size' },
  { id: 'FAILURE', name: 'Failure' },
];

function Train({ name }: { name: string }): JSX.Element {
  return (
    <button
      type="button"
      class="toggle"
      onClick={() => void act(TrainModelDocument, { model: name }, { text: `${name} is being trained` })}
    >
      <Glyph name="play" size={13} /> Train
    </button>
  );
}

function ModelRow({ model, isBest }: { model: Model; isBest: boolean }): JSX.Element {
  const isOpen = param('model') === model.name;
  const { n, medianApe, mape, accuracy } = model.metrics;
  return (
    <tr class={isOpen ? 'is-open' : ''}>
      <td class="cell-name">
        <a href={linkTo({ model: isOpen ? null : model.name })} aria-current={isOpen ? 'true' : undefined}>
          {model.name}
        </a>
        {isBest && <span class="tag">least error</span>}
      </td>
      <td class="muted">{sentence(model.family)}</td>
      <td class="cell-number">
        {model.championCount === 0
          ? ''
          : `${count(model.championCount)} ${model.championCount === 1 ? 'kind' : 'kinds'}`}
      </td>
      <td class="cell-number">{count(model.rows)}</td>
      <td class="cell-number">{n === 0 ? '–' : percent(medianApe, 1)}</td>
      <td class="cell-number">{n === 0 ? '–' : percent(mape, 1)}</td>
      <td class="cell-number">{n === 0 ? '–' : percent(accuracy)}</td>
      <td class="cell-number muted">{model.trained ? plural(model.version, 'time') : 'as it goes'}</td>
      {may('trainModel') && <td>{model.trained && <Train name={model.name} />}</td>}
    </tr>
  );
}

function ModelTable({ models }: { models: readonly Model[] }): JSX.Element {
  const errors = models
    .filter(({ metrics }) => metrics.n > 0)
    .map(({ metrics }) => metrics.medianApe ?? Number.POSITIVE_INFINITY);
  const least = Math.min(...errors);
  return (
    <Table
      label="Models"
      heads={[
        'Model',
        'Family',
        '#Champion of',
        '#Rows',
        '#Median error',
        '#Mean error',
        '#Within 25 %',
        '#Trained',
        ...(may('trainModel') ? ['Actions'] : []),
      ]}
    >
      {models.map((model) => (
        <ModelRow
          key={model.name}
          model={model}
          isBest={model.metrics.n > 0 && model.metrics.medianApe === least}
        />
      ))}
    </Table>
  );
}

export function ModelsView(): JSX.Element {
  const { value, fault } = useAsk(ModelsDocument, {}, LOOK_MS);
  const target = (param('target') || 'RUN_TIME') as LearningTarget;
  const all = value.value?.models ?? [];
  const open = param('model');
  const tabs = TARGETS.filter(({ id }) => all.some((model) => model.target === id));
  return (
    <>
      <FaultBox text={fault.value} />
      <TrainingsView />
      <Tabs label="What is predicted" param="target" tabs={tabs} />
      {value.value !== undefined && <ModelTable models={all.filter((model) => model.target === target)} />}
      {open !== '' && <ModelCard key={open} name={open} target={target} />}
    </>
  );
}
