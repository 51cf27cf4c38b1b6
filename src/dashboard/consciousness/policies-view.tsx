/** Orders of tasks that are held at once, each with its amplitude: what is drawn for the next mesh, and what draws showed. */
import type { JSX } from 'preact';
import { PoliciesDocument, type PoliciesQuery } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Meter, Section } from '../parts/frame.jsx';
import { count, figure, percent } from '../parts/words.js';
import { Table } from '../parts/table.jsx';

type Policy = PoliciesQuery['consciousness']['policies'][number];

const LOOK_MS = 8000;

function byContext(policies: readonly Policy[]): Map<string, Policy[]> {
  const contexts = new Map<string, Policy[]>();
  for (const policy of policies)
    contexts.set(policy.context, [...(contexts.get(policy.context) ?? []), policy]);
  return contexts;
}

/** A difference of logarithms as the share of time that it is. */
function timeWords(logarithm: number): string {
  const share = Math.exp(logarithm) - 1;
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${percent(Math.abs(share), 1)}`;
}

function effectWords({ effect }: Policy): string {
  if (effect === null) return 'too few draws';
  const shown = effect.from <= 0 && effect.to >= 0 ? ', none is shown' : '';
  return `${timeWords(effect.difference)} (${timeWords(effect.from)} to ${timeWords(effect.to)}) in ${count(effect.draws)} draws${shown}`;
}

function ContextTable({ policies }: { policies: readonly Policy[] }): JSX.Element {
  const order = policies.toSorted((a, b) => b.probability - a.probability);
  return (
    <Table
      label="Orders"
      heads={[
        'Order',
        'Amplitude',
        '#Likely the best',
        '#Expected time',
        '#Replayed runs',
        'Effect of draws',
      ]}
    >
      {order.map((policy) => (
        <tr key={policy.name}>
          <td title={policy.meaning}>
            <b>{policy.name}</b> <span class="muted">{policy.meaning}</span>
          </td>
          <td class="cell-load">
            <Meter share={policy.amplitude} label={`amplitude ${figure(policy.amplitude)}`} />
            <span>{figure(policy.amplitude)}</span>
          </td>
          <td class="cell-number">{percent(policy.probability, 1)}</td>
          <td class="cell-number">{timeWords(policy.meanCost)}</td>
          <td class="cell-number">{figure(policy.runs)}</td>
          <td class="muted">{effectWords(policy)}</td>
        </tr>
      ))}
    </Table>
  );
}

export function PoliciesView(): JSX.Element {
  const { value, fault } = useAsk(PoliciesDocument, {}, LOOK_MS);
  const mind = value.value?.consciousness;
  const contexts = byContext(mind?.policies ?? []);
  return (
    <>
      <FaultBox text={fault.value} />
      {mind !== undefined && (
        <p class="muted">
          Several orders are held at once and one is drawn for each mesh; the square of an amplitude is its
          probability. They carry no phase and nothing interferes. Exploring has cost{' '}
          {percent(mind.exploration.share, 2)} of all runs; more than {percent(mind.exploration.most, 1)} ends
          the level.
        </p>
      )}
      {mind !== undefined && contexts.size === 0 && (
        <Empty title="No orders are held beside each other yet">
          They differ only for meshes whose tasks compete for slots: run the same mesh, with more tasks than
          slots, some times.
        </Empty>
      )}
      {[...contexts].map(([context, policies]) => (
        <Section
          key={context}
          title={context}
          says={
            policies[0]?.idle
              ? 'idle: one dominates, or all come to the same; nothing is drawn'
              : 'one is drawn for each mesh of this name'
          }
        >
          <ContextTable policies={policies} />
        </Section>
      ))}
    </>
  );
}
