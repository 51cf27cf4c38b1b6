/** One decision: what could be chosen and at what cost, why, what came of it; vetoed, undone and rated from here. */
import type { JSX } from 'preact';
import {
  DecisionDetailDocument,
  type DecisionDetailQuery,
  RateDecisionDocument,
  UndoDecisionDocument,
  VetoDecisionDocument,
} from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { act } from '../parts/act.js';
import { FaultBox } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { askWhy } from '../parts/why.jsx';
import { day, figure, percent, sentence } from '../parts/words.js';
import { go } from '../address/address.js';
import { IntervalPlot } from './interval-plot.jsx';
import { signedSeconds } from './regret.js';

type Decision = DecisionDetailQuery['decision'];

const LOOK_MS = 4000;

function outcomeFacts({ outcome }: Decision): readonly (readonly [string, string])[] {
  if (outcome === null) return [['Came to', 'still open']];
  return [
    ['Came to', `${sentence(outcome.ended)}, ${day(outcome.endedAt)}`],
    ['Cost', outcome.cost === null ? 'cannot be known' : `${figure(outcome.cost)} s`],
    ['Static rule', outcome.staticCost === null ? 'cannot be known' : `${figure(outcome.staticCost)} s`],
    ['Regret', outcome.regret === null ? 'cannot be known' : signedSeconds(outcome.regret)],
    ['Starts changed', figure(outcome.affected)],
    ['Failures avoided', figure(outcome.saved)],
    ['In its interval', outcome.covered === null ? '–' : outcome.covered ? 'yes' : 'no'],
    ...(outcome.by === null
      ? []
      : [['By', `${outcome.by}${outcome.why === null ? '' : `: ${outcome.why}`}`] as const]),
  ];
}

function Buttons({ decision, changed }: { decision: Decision; changed: () => void }): JSX.Element | null {
  if (!may('vetoDecision')) return null;
  const { id } = decision;
  const veto = (): void =>
    askWhy({
      title: 'Veto the decision',
      says: 'It ends now, and the like of it is only thought until it would have paid often enough.',
      verb: 'Veto',
      answered: (why) =>
        void act(VetoDecisionDocument, { id, why }, { text: 'Vetoed: it is learned from' }).then(changed),
    });
  const undo = (): void =>
    askWhy({
      title: 'Undo the decision',
      says: 'It ends now; nothing is learned from that.',
      verb: 'Undo',
      answered: (why) => void act(UndoDecisionDocument, { id, why }, { text: 'Undone' }).then(changed),
    });
  const rate = (rating: number): void =>
    askWhy({
      title: rating > 0 ? 'It was good' : 'It was bad',
      says: rating > 0 ? 'Counts for decisions like this.' : 'Counts as a veto of the next one like this.',
      verb: 'Rate',
      answered: (why) => void act(RateDecisionDocument, { id, rating, why }, { text: 'Rated' }).then(changed),
    });
  const isOpen = decision.outcome === null;
  return (
    <div class="panel-buttons" role="group" aria-label="Actions">
      {isOpen && (
        <>
          <button type="button" onClick={veto}>
            <Glyph name="stop" /> Veto
          </button>
          <button type="button" onClick={undo}>
            <Glyph name="retry" /> Undo
          </button>
        </>
      )}
      <button type="button" onClick={() => rate(1)}>
        <Glyph name="plus" /> Good
      </button>
      <button type="button" onClick={() => rate(-1)}>
        <Glyph name="minus" /> Bad
      </button>
    </div>
  );
}

function Inside({ decision, changed }: { decision: Decision; changed: () => void }): JSX.Element {
  return (
    <>
      <p class="muted">
        {day(decision.at)} · as {sentence(decision.level)} ·{' '}
        {decision.mode === 'ACTING' ? 'acts' : 'only thought'}
        {decision.propensity < 1 && ` · drawn with ${percent(decision.propensity)}`}
      </p>
      <p>{decision.reason}</p>
      <Buttons decision={decision} changed={changed} />
      <h3>What could be chosen, seconds of cost</h3>
      <IntervalPlot decision={decision} />
      <dl class="facts">
        {outcomeFacts(decision).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {decision.rating !== null && (
          <div>
            <dt>Rated</dt>
            <dd>
              {figure(decision.rating)} by {decision.ratedBy}
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

export function DecisionCard({ id, changed }: { id: string; changed: () => void }): JSX.Element {
  const { value, fault, again } = useAsk(DecisionDetailDocument, { id }, LOOK_MS);
  const decision = value.value?.decision;
  return (
    <aside class="section card" aria-label="Decision">
      <header>
        <h2>{decision === undefined ? '…' : `${sentence(decision.kind)} of ${decision.subject}`}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label="Close the decision"
          onClick={() => go({ decision: null })}
        >
          <Glyph name="close" />
        </button>
      </header>
      <FaultBox text={fault.value} />
      {decision !== undefined && (
        <Inside
          decision={decision}
          changed={() => {
            again();
            changed();
          }}
        />
      )}
    </aside>
  );
}
