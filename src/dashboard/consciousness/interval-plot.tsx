/** Candidates with their expected costs and 90 % intervals on one axis; the chosen one and the static choice are named so. */
import type { JSX } from 'preact';
import type { DecisionDetailQuery } from '../../generated/dashboard/graphql.js';
import { figure } from '../parts/words.js';

type Decision = DecisionDetailQuery['decision'];

function share(value: number, [low, high]: readonly [number, number]): number {
  return high === low ? 0.5 : (value - low) / (high - low);
}

export function IntervalPlot({
  decision: { candidates, chosen, staticChoice, outcome },
}: {
  decision: Decision;
}): JSX.Element {
  const cost = outcome?.cost ?? null;
  const ends = candidates.flatMap(({ from, to }) => [from, to]).concat(cost === null ? [] : [cost]);
  const range = [Math.min(0, ...ends), Math.max(...ends, 1e-9)] as const;
  const left = (value: number): string => `${(share(value, range) * 100).toFixed(2)}%`;
  return (
    <ul class="intervals" aria-label="Candidates">
      {candidates.map(({ name, mean, from, to }) => (
        <li key={name} class={name === chosen ? 'is-chosen' : ''}>
          <span class="interval-name">
            {name}
            {name === chosen && <span class="tag">chosen</span>}
            {name === staticChoice && <span class="tag">static rule</span>}
          </span>
          <span
            class="interval-track"
            role="img"
            aria-label={`${figure(mean)} s, between ${figure(from)} and ${figure(to)} s`}
          >
            <span
              class="interval-range"
              style={{
                left: left(from),
                width: `${((share(to, range) - share(from, range)) * 100).toFixed(2)}%`,
              }}
            />
            <span class="interval-mean" style={{ left: left(mean) }} />
            {cost !== null && name === chosen && (
              <span class="interval-cost" style={{ left: left(cost) }} title={`came to ${figure(cost)} s`} />
            )}
          </span>
          <span class="interval-words">
            {figure(mean)} s <span class="muted">{`${figure(from)} – ${figure(to)}`}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
