/** The level over time as a staircase, and the steps in words, the newest first. */
import type { JSX } from 'preact';
import type { AwarenessLevel, MindQuery } from '../../generated/dashboard/graphql.js';
import { Chart } from '../parts/chart.jsx';
import { Empty } from '../parts/frame.jsx';
import { day, sentence } from '../parts/words.js';

type Change = MindQuery['consciousnessHistory']['nodes'][number];

const LINES = [{ name: 'level', tone: '--accent', filled: true, stepped: true }];

function Step({ change }: { change: Change }): JSX.Element {
  const { kind, from, to, at, who, why, evidence } = change;
  return (
    <li>
      <details>
        <summary>
          <b>{sentence(kind)}</b>
          <span>
            {from === null ? '' : `${sentence(from)} → `}
            {sentence(to)}
          </span>
          <span class="muted">{day(at)}</span>
          {who !== null && <span class="muted">by {who}</span>}
        </summary>
        {why !== null && <p>{why}</p>}
        <ul class="requirements">
          {evidence.map(({ name, has, needs, met }) => (
            <li key={name}>
              <span>{met ? 'met' : 'not met'}</span>
              <span>{name}</span>
              <span class="muted">
                {has} of {needs}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}

export function Evolution({
  changes,
  levels,
}: {
  changes: readonly Change[];
  levels: readonly AwarenessLevel[];
}): JSX.Element {
  if (changes.length === 0) return <Empty title="It has always been on its first level" />;
  const oldest = [...changes].reverse();
  const times = [...oldest.map(({ at }) => Date.parse(at) / 1000), Date.now() / 1000];
  const places = [...oldest, changes[0]!].map(({ to }) => levels.indexOf(to) + 1);
  return (
    <>
      <Chart
        label={`The level now is ${sentence(changes[0]!.to)}`}
        lines={LINES}
        points={[times, places]}
        height={130}
        words={(place) => (Number.isInteger(place) ? sentence(levels[place - 1] ?? '').slice(0, 8) : '')}
      />
      <ol class="steps">
        {changes.slice(0, 12).map((change) => (
          <Step key={change.number} change={change} />
        ))}
      </ol>
    </>
  );
}
