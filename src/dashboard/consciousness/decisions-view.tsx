/** Decisions by kind in sums, and one by one with what came of them; the open one stands beside the list. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  type DecisionKind,
  type DecisionRowFragment,
  DecisionsDocument,
  DecisionsMadeDocument,
  type MindQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { useHeard } from '../api/use-heard.js';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { Pager, Table } from '../parts/table.jsx';
import { ago, count, day, figure, percent, sentence } from '../parts/words.js';
import { linkTo, param } from '../address/address.js';
import { DecisionCard } from './decision-card.jsx';
import { signedSeconds } from './regret.js';

type Mind = MindQuery['consciousness'];

const LOOK_MS = 4000;
const PAUSE_MS = 500;
const PAGE = 30;

function Tallies({ mind }: { mind: Mind }): JSX.Element | null {
  if (mind.decisions.length === 0) return null;
  return (
    <Table
      label="Sums by kind of decision"
      heads={[
        'Kind',
        'Mode',
        '#Made',
        '#Vetoed, undone',
        '#Starts changed',
        '#Failures avoided',
        '#Against the static rule',
        '#In its interval',
      ]}
    >
      {mind.decisions.map((tally) => (
        <tr key={`${tally.kind} ${tally.mode}`}>
          <td>
            <a href={linkTo({ kind: param('kind') === tally.kind ? null : tally.kind })}>
              {sentence(tally.kind)}
            </a>
          </td>
          <td class="muted">{tally.mode === 'ACTING' ? 'acts' : 'only thought'}</td>
          <td class="cell-number">{count(tally.made)}</td>
          <td class="cell-number">{`${count(tally.vetoed)}, ${count(tally.undone)}`}</td>
          <td class="cell-number">{count(tally.affected)}</td>
          <td class="cell-number">{figure(tally.saved)}</td>
          <td class="cell-number">{tally.scored === 0 ? '–' : signedSeconds(tally.regret)}</td>
          <td class="cell-number">
            {tally.scored === 0 ? '–' : `${percent(tally.covered / tally.scored)} of ${count(tally.scored)}`}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Objections({ mind }: { mind: Mind }): JSX.Element | null {
  if (mind.objections.length === 0) return null;
  return (
    <Section
      title="Objections that stand"
      says="after a veto the like is only thought, until it would have paid often enough"
    >
      <ul class="plain-list">
        {mind.objections.map(({ kind, subject, by, why, owed }) => (
          <li key={`${kind} ${subject}`}>
            <b>
              {sentence(kind)} of {subject}
            </b>{' '}
            <span class="muted">
              {by}: “{why}” · has to pay {count(owed)} more times in thought
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Row({ decision }: { decision: DecisionRowFragment }): JSX.Element {
  const { outcome } = decision;
  const isOpen = param('decision') === decision.id;
  return (
    <tr class={isOpen ? 'is-open' : ''}>
      <td class="cell-name">
        <a
          href={linkTo({ decision: isOpen ? null : decision.id })}
          aria-current={isOpen ? 'true' : undefined}
        >
          {sentence(decision.kind)}
        </a>
        {decision.mode === 'SHADOW' && <span class="tag">only thought</span>}
        {decision.rating !== null && <span class="tag">rated {figure(decision.rating)}</span>}
      </td>
      <td class="cell-subject">{decision.subject}</td>
      <td class="cell-number">{signedSeconds(-decision.expectedEffect)}</td>
      <td>{outcome === null ? <span class="tag is-open">open</span> : sentence(outcome.ended)}</td>
      <td class="cell-number">{outcome === null ? '' : figure(outcome.saved)}</td>
      <td class="cell-number">{outcome === null ? '' : signedSeconds(outcome.regret)}</td>
      <td class="cell-number muted" title={day(decision.at)}>
        {ago(decision.at)}
      </td>
    </tr>
  );
}

function DecisionTable({ decisions }: { decisions: readonly DecisionRowFragment[] }): JSX.Element {
  return (
    <Table
      label="Decisions"
      heads={['Decision', 'About', '#Expected', 'Came to', '#Avoided', '#Regret', '#When']}
    >
      {decisions.map((decision) => (
        <Row key={decision.id} decision={decision} />
      ))}
    </Table>
  );
}

export function DecisionsView({ mind, again }: { mind: Mind; again: () => void }): JSX.Element {
  const kind = param('kind') as DecisionKind | '';
  const after = useSignal<readonly string[]>([]);
  const filter = kind === '' ? {} : { kind };
  const {
    value,
    fault,
    again: look,
  } = useAsk(DecisionsDocument, { first: PAGE, after: after.value.at(-1) ?? null, filter }, LOOK_MS);
  useHeard(DecisionsMadeDocument, {}, look, PAUSE_MS);
  const decisions = value.value?.decisions;
  const open = param('decision');
  const changed = (): void => {
    look();
    again();
  };
  return (
    <>
      <FaultBox text={fault.value} />
      <Tallies mind={mind} />
      <Objections mind={mind} />
      {decisions?.nodes.length === 0 && (
        <Empty title="Nothing was decided yet">
          Decisions come with patterns: <code>npm run demo:consciousness</code> shows starts held back before
          bad windows.
        </Empty>
      )}
      <div class={open === '' ? '' : 'with-card'}>
        {decisions !== undefined && decisions.nodes.length > 0 && (
          <div class="stack">
            <DecisionTable decisions={decisions.nodes} />
            <Pager
              after={after}
              next={decisions.pageInfo.hasNextPage ? decisions.pageInfo.endCursor : null}
            />
          </div>
        )}
        {open !== '' && <DecisionCard key={open} id={open} changed={changed} />}
      </div>
    </>
  );
}
