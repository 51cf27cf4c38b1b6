/** Each kind of task with the model that is believed for it, and how wrong that is. */
import type { JSX } from 'preact';
import type { LearnedQuery } from '../../generated/dashboard/graphql.js';
import { Empty, Meter } from '../parts/frame.jsx';
import { count, percent } from '../parts/words.js';
import { Table } from '../parts/table.jsx';
import { linkTo } from '../address/address.js';

type Types = LearnedQuery['learningMetrics']['types'];

export function ChampionsView({ types }: { types: Types }): JSX.Element {
  if (types.length === 0)
    return (
      <Empty title="Nothing was learned yet">
        Run any mesh: every completed attempt is learned from. <code>npm run demo:learning</code> runs one
        workflow again and again.
      </Empty>
    );
  return (
    <Table
      label="Champions"
      heads={['Kind of task', 'Champion', '#Scored', '#Median error', '#Mean error', 'Within 25 %']}
    >
      {types.map(({ typeKey, champion, n, mape, medianApe, accuracy }) => (
        <tr key={typeKey}>
          <td class="cell-name">
            <b>{typeKey}</b>
          </td>
          <td>
            {champion === null ? (
              <span class="muted">none yet</span>
            ) : (
              <a href={linkTo({ part: 'models', model: champion })}>{champion}</a>
            )}
          </td>
          <td class="cell-number">{count(n)}</td>
          <td class="cell-number">{percent(medianApe, 1)}</td>
          <td class="cell-number">{percent(mape, 1)}</td>
          <td class="cell-load">
            {accuracy !== null && (
              <Meter share={accuracy} label={`${percent(accuracy)} within 25 %`} tone="--completed" />
            )}
            <span>{percent(accuracy)}</span>
          </td>
        </tr>
      ))}
    </Table>
  );
}
