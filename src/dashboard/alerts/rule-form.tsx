/** A rule of alerts made or changed: every kind of condition and channel, and at each field what the server says against it. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import {
  type AlertSeverity,
  CreateAlertRuleDocument,
  UpdateAlertRuleDocument,
} from '../../generated/dashboard/graphql.js';
import { go } from '../address/address.js';
import { ApiFault, ask, type Fault, wordsOf } from '../api/client.js';
import { ChoiceField, elsewhere, focusFirstFault, TextField } from '../parts/field.jsx';
import { FaultBox } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { say } from '../shell/toasts.jsx';
import { ChannelFields } from './channel-fields.jsx';
import { ConditionFields } from './condition-fields.jsx';
import { draftOf, inputOf, type Kind, type Rule, type RuleDraft, type RulePart } from './rule-draft.js';

const SEVERITIES: readonly (readonly [AlertSeverity, string])[] = [
  ['INFO', 'Info'],
  ['WARNING', 'Warning'],
  ['CRITICAL', 'Critical'],
];

/** What is shown beside a field; the rest is told above them all. */
function pathsOf({ kind, channels }: RuleDraft): readonly string[] {
  const own: Readonly<Record<Kind, readonly string[]>> = {
    metric: ['name', 'labels', 'statistic', 'comparison', 'threshold'],
    status: [''],
    deadline: ['of', 'seconds', 'name', 'ahead'],
    insight: ['kinds'],
  };
  const condition = own[kind].map((name) => `condition.${kind}${name === '' ? '' : `.${name}`}`);
  const told = channels.flatMap((channel, at) =>
    channel.kind === 'email'
      ? [`channels[${at}].email`]
      : [`channels[${at}].webhook.url`, `channels[${at}].webhook.secret`],
  );
  const timing = kind === 'metric' || kind === 'deadline' ? 'forSeconds' : 'quietSeconds';
  return ['name', 'description', timing, 'repeatSeconds', ...told, ...condition];
}

function close(): void {
  go({ rule: null });
}

function Naming({ draft, faults, put }: RulePart): JSX.Element {
  return (
    <>
      <TextField
        name="Name"
        path="name"
        faults={faults}
        value={draft.name}
        onValue={(name) => put({ name })}
      />
      <TextField
        name="What to do when it is told of"
        path="description"
        faults={faults}
        value={draft.description}
        onValue={(description) => put({ description })}
      />
      <ChoiceField
        name="Severity"
        path="severity"
        faults={faults}
        value={draft.severity}
        choices={SEVERITIES}
        onValue={(severity) => put({ severity })}
      />
    </>
  );
}

function Timing({ draft, faults, put }: RulePart): JSX.Element {
  const lasts = draft.kind === 'metric' || draft.kind === 'deadline';
  const [name, path] = lasts
    ? (['Broken for, seconds', 'forSeconds'] as const)
    : (['Over when none came for, seconds', 'quietSeconds'] as const);
  return (
    <div class="fields">
      <TextField
        name={name}
        path={path}
        faults={faults}
        value={draft[path]}
        isNumber
        onValue={(seconds) => put({ [path]: seconds })}
      />
      <TextField
        name="Told again every, seconds"
        path="repeatSeconds"
        faults={faults}
        says="empty: told once"
        value={draft.repeatSeconds}
        isNumber
        onValue={(repeatSeconds) => put({ repeatSeconds })}
      />
    </div>
  );
}

interface Saving {
  readonly faults: readonly Fault[];
  /** What belongs to no field. */
  readonly fault: string;
  readonly isBusy: boolean;
  readonly save: () => Promise<void>;
}

function useSaving(rule: Rule | undefined, draft: RuleDraft, done: () => void): Saving {
  const faults = useSignal<readonly Fault[]>([]);
  const fault = useSignal('');
  const isBusy = useSignal(false);
  const save = async (): Promise<void> => {
    isBusy.value = true;
    const input = inputOf(draft);
    try {
      if (rule === undefined) await ask(CreateAlertRuleDocument, { input });
      else await ask(UpdateAlertRuleDocument, { id: rule.id, input });
      say({ text: `${input.name} is watched from now on` });
      close();
      done();
    } catch (error) {
      faults.value = error instanceof ApiFault ? error.faults : [];
      const rest = elsewhere(faults.value, pathsOf(draft));
      const words = rest.map(({ path, message }) => `${path}: ${message}`).join('; ');
      fault.value = faults.value.length === 0 ? wordsOf(error) : words;
    }
    isBusy.value = false;
  };
  return { faults: faults.value, fault: fault.value, isBusy: isBusy.value, save };
}

/** `rule`: undefined for a new one. */
export function RuleForm({ rule, done }: { rule: Rule | undefined; done: () => void }): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const draft = useSignal(draftOf(rule));
  const { faults, fault, isBusy, save } = useSaving(rule, draft.value, done);
  const put = (change: Partial<RuleDraft>): void => {
    draft.value = { ...draft.value, ...change };
  };
  const part = { draft: draft.value, faults, put };
  return (
    <aside class="section card" aria-label="Rule">
      <header>
        <h2>{rule === undefined ? 'New rule' : rule.name}</h2>
        <button type="button" class="icon-button" aria-label="Close the rule" onClick={close}>
          <Glyph name="close" />
        </button>
      </header>
      <form
        class="form"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save().then(() => focusFirstFault(form.current));
        }}
      >
        <FaultBox text={fault} />
        <Naming {...part} />
        <ConditionFields {...part} />
        <Timing {...part} />
        <ChannelFields {...part} />
        <label class="check">
          <input
            type="checkbox"
            checked={draft.value.enabled}
            onChange={({ currentTarget }) => put({ enabled: currentTarget.checked })}
          />
          It is watched
        </label>
        <div class="form-buttons">
          <button type="submit" class="primary" disabled={isBusy}>
            {rule === undefined ? 'Make the rule' : 'Save'}
          </button>
          <button type="button" onClick={close}>
            Leave it
          </button>
        </div>
      </form>
    </aside>
  );
}
