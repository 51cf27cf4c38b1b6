/** What a rule of alerts tells of: the fields of the kind of condition that is chosen. */
import type { JSX } from 'preact';
import {
  type AlertComparison,
  type AlertStatistic,
  type DeadlineSubject,
  MetricNamesDocument,
  type MeshStatus,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { ChoiceField, Field, TextField } from '../parts/field.jsx';
import { STATUSES, type StatusName, WORD } from '../parts/statuses.js';
import { lower } from '../parts/words.js';
import type { Kind, RulePart } from './rule-draft.js';

const KINDS: readonly (readonly [Kind, string])[] = [
  ['metric', 'A metric'],
  ['status', 'A status'],
  ['deadline', 'A deadline'],
  ['insight', 'An insight'],
];
const STATISTICS = (['VALUE', 'RATE', 'MEAN', 'P50', 'P95', 'P99'] as const).map(
  (statistic): readonly [AlertStatistic, string] => [statistic, lower(statistic)],
);
const COMPARISONS: readonly (readonly [AlertComparison, string])[] = [
  ['ABOVE', 'above'],
  ['BELOW', 'below'],
];
const SUBJECTS: readonly (readonly [DeadlineSubject, string])[] = [
  ['MESH', 'a mesh'],
  ['TASK', 'a task'],
];
const MOMENTS: readonly (readonly ['late' | 'ahead', string])[] = [
  ['late', 'when it is missed'],
  ['ahead', 'as soon as it is expected to be missed'],
];
const MESH_STATUSES: readonly MeshStatus[] = ['FAILED', 'CANCELLED', 'PAUSED', 'COMPLETED', 'RUNNING'];
const PATTERN = '* stands for any characters; empty: all';

function MetricName({ draft, faults, put }: RulePart): JSX.Element {
  const { value } = useAsk(MetricNamesDocument, {});
  const names = Object.keys(value.value?.metrics ?? {}).sort();
  return (
    <>
      <Field name="Metric" path="condition.metric.name" faults={faults}>
        {(tied) => (
          <input
            {...tied}
            type="text"
            list="metric-names"
            autocomplete="off"
            value={draft.metric}
            onInput={({ currentTarget }) => put({ metric: currentTarget.value })}
          />
        )}
      </Field>
      <datalist id="metric-names">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function MetricFields(part: RulePart): JSX.Element {
  const { draft, faults, put } = part;
  return (
    <>
      <MetricName {...part} />
      <TextField
        name="Only of labels"
        path="condition.metric.labels"
        faults={faults}
        says="name=value, with commas between; empty: all"
        value={draft.labels}
        onValue={(labels) => put({ labels })}
      />
      <div class="fields">
        <ChoiceField
          name="Statistic"
          path="condition.metric.statistic"
          faults={faults}
          value={draft.statistic}
          choices={STATISTICS}
          onValue={(statistic) => put({ statistic })}
        />
        <ChoiceField
          name="Is"
          path="condition.metric.comparison"
          faults={faults}
          value={draft.comparison}
          choices={COMPARISONS}
          onValue={(comparison) => put({ comparison })}
        />
        <TextField
          name="Threshold"
          path="condition.metric.threshold"
          faults={faults}
          value={draft.threshold}
          isNumber
          onValue={(threshold) => put({ threshold })}
        />
      </div>
    </>
  );
}

interface ChoicesProps<S extends StatusName> {
  readonly title: string;
  readonly all: readonly S[];
  readonly chosen: readonly S[];
  readonly onChoose: (chosen: readonly S[]) => void;
}

function Choices<S extends StatusName>({ title, all, chosen, onChoose }: ChoicesProps<S>): JSX.Element {
  return (
    <fieldset class="choices">
      <legend>{title}</legend>
      {all.map((status) => (
        <label key={status} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(status)}
            onChange={({ currentTarget }) =>
              onChoose(currentTarget.checked ? [...chosen, status] : chosen.filter((one) => one !== status))
            }
          />
          {WORD[status]}
        </label>
      ))}
    </fieldset>
  );
}

function StatusFields({ draft, faults, put }: RulePart): JSX.Element {
  return (
    <>
      <Choices title="A mesh is" all={MESH_STATUSES} chosen={draft.mesh} onChoose={(mesh) => put({ mesh })} />
      <Choices title="A task is" all={STATUSES} chosen={draft.task} onChoose={(task) => put({ task })} />
      <TextField
        name="Only in meshes called"
        path="condition.status"
        faults={faults}
        says={PATTERN}
        value={draft.meshName}
        onValue={(meshName) => put({ meshName })}
      />
    </>
  );
}

function DeadlineFields({ draft, faults, put }: RulePart): JSX.Element {
  return (
    <>
      <div class="fields">
        <ChoiceField
          name="Of"
          path="condition.deadline.of"
          faults={faults}
          says={draft.of === 'MESH' ? 'since it was submitted' : 'since its attempt began'}
          value={draft.of}
          choices={SUBJECTS}
          onValue={(of) => put({ of })}
        />
        <TextField
          name="Seconds"
          path="condition.deadline.seconds"
          faults={faults}
          value={draft.seconds}
          isNumber
          onValue={(seconds) => put({ seconds })}
        />
      </div>
      <TextField
        name="Only if it is called"
        path="condition.deadline.name"
        faults={faults}
        says={PATTERN}
        value={draft.deadlineName}
        onValue={(deadlineName) => put({ deadlineName })}
      />
      <ChoiceField
        name="Told"
        path="condition.deadline.ahead"
        faults={faults}
        value={draft.ahead ? 'ahead' : 'late'}
        choices={MOMENTS}
        onValue={(moment) => put({ ahead: moment === 'ahead' })}
      />
    </>
  );
}

function InsightFields({ draft, faults, put }: RulePart): JSX.Element {
  return (
    <TextField
      name="Only of kinds"
      path="condition.insight.kinds"
      faults={faults}
      says="with commas between; empty: any insight of consciousness"
      value={draft.insights}
      onValue={(insights) => put({ insights })}
    />
  );
}

const FIELDS: Readonly<Record<Kind, (part: RulePart) => JSX.Element>> = {
  metric: MetricFields,
  status: StatusFields,
  deadline: DeadlineFields,
  insight: InsightFields,
};

export function ConditionFields(part: RulePart): JSX.Element {
  const Fields = FIELDS[part.draft.kind];
  return (
    <>
      <ChoiceField
        name="It tells of"
        path="condition.kind"
        faults={part.faults}
        value={part.draft.kind}
        choices={KINDS}
        onValue={(kind) => part.put({ kind })}
      />
      <Fields {...part} />
    </>
  );
}
