/** Decisions, the newest first, with what may be done against them: veto is learned from, undo is not. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  type MindQuery,
  RateDecisionDocument,
  UndoDecisionDocument,
  VetoDecisionDocument,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { mayAct } from '../api/session.js';
import { Empty } from '../parts/frame.jsx';
import { ago, duration, sentence } from '../parts/words.js';
import { Dialog } from '../shell/dialog.jsx';
import { say } from '../shell/toasts.jsx';

type Decision = MindQuery['decisions']['nodes'][number];
type Act = 'veto' | 'undo' | 'good' | 'bad';

const TITLES: Readonly<Record<Act, string>> = {
  veto: 'Veto: such decisions are only thought until they would have paid',
  undo: 'Undo: it ends, and nothing is learned from that',
  good: 'It was good',
  bad: 'It was bad: counts as a veto of the next',
};

async function carryOut(act: Act, id: string, why: string): Promise<void> {
  if (act === 'veto') await ask(VetoDecisionDocument, { id, why });
  else if (act === 'undo') await ask(UndoDecisionDocument, { id, why });
  else await ask(RateDecisionDocument, { id, why, rating: act === 'good' ? 1 : -1 });
}

function Why({
  act,
  decision,
  onClose,
  again,
}: {
  act: Act;
  decision: Decision;
  onClose: () => void;
  again: () => void;
}): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const why = (
      (event.currentTarget as HTMLFormElement).elements.namedItem('why') as HTMLInputElement
    ).value.trim();
    if (why === '') return;
    carryOut(act, decision.id, why).then(
      () => {
        say({ text: `${sentence(act)} is recorded` });
        again();
        onClose();
      },
      (error: unknown) => say({ text: wordsOf(error), isFault: true }),
    );
  };
  return (
    <Dialog title={TITLES[act]} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <p>
          {sentence(decision.kind)} of <b>{decision.subject}</b>
        </p>
        <label>
          Why (recorded with it)
          <input name="why" type="text" autocomplete="off" />
        </label>
        <button type="submit" class="primary">
          {sentence(act)}
        </button>
      </form>
    </Dialog>
  );
}

function outcomeWords({ outcome }: Decision): string {
  if (outcome === null) return 'open';
  const words = [outcome.ended.toLowerCase()];
  if (outcome.regret !== null)
    words.push(
      outcome.regret <= 0 ? `saved ${duration(-outcome.regret)}` : `cost ${duration(outcome.regret)} more`,
    );
  if (outcome.by !== null) words.push(`by ${outcome.by}`);
  return words.join(', ');
}

function Item({ decision, onAct }: { decision: Decision; onAct: (act: Act) => void }): JSX.Element {
  const { kind, mode, subject, chosen, staticChoice, reason, at, expectedEffect, outcome, rating } = decision;
  return (
    <li class="decision">
      <div class="decision-head">
        <span class={mode === 'ACTING' ? 'tag is-acting' : 'tag'}>
          {mode === 'ACTING' ? 'acted' : 'only thought'}
        </span>
        <b>{sentence(kind)}</b>
        <span>{subject}</span>
        <span class="muted">{ago(at)}</span>
        <span class="decision-outcome">{outcomeWords(decision)}</span>
      </div>
      <p>{reason}</p>
      <p class="muted">
        chose {chosen}; the static rule {staticChoice}; expected to save {duration(expectedEffect)}
        {outcome !== null && outcome.affected > 0 && `; ${outcome.affected} starts changed`}
        {rating !== null && `; rated ${rating}`}
      </p>
      {mayAct.value && (
        <div class="decision-acts">
          {outcome === null && (
            <>
              <button type="button" onClick={() => onAct('veto')}>
                Veto
              </button>
              <button type="button" onClick={() => onAct('undo')}>
                Undo
              </button>
            </>
          )}
          <button type="button" onClick={() => onAct('good')}>
            Good
          </button>
          <button type="button" onClick={() => onAct('bad')}>
            Bad
          </button>
        </div>
      )}
    </li>
  );
}

export function Decisions({
  decisions,
  again,
}: {
  decisions: readonly Decision[];
  again: () => void;
}): JSX.Element {
  const asked = useSignal<{ readonly act: Act; readonly decision: Decision } | undefined>(undefined);
  return (
    <>
      {decisions.length === 0 && (
        <Empty title="Nothing was decided yet">
          A dependency that begins to fail is given a rest; work waits for the end of a bad window.
        </Empty>
      )}
      <ol class="decisions">
        {decisions.map((decision) => (
          <Item key={decision.id} decision={decision} onAct={(act) => (asked.value = { act, decision })} />
        ))}
      </ol>
      {asked.value !== undefined && (
        <Why {...asked.value} again={again} onClose={() => (asked.value = undefined)} />
      )}
    </>
  );
}
