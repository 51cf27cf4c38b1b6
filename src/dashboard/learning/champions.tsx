/** Kinds of task with the model that is believed for each. */
import type { JSX } from 'preact';
import type { LearnedQuery } from '../../generated/dashboard/graphql.js';
import { Empty, Meter, Section } from '../parts/frame.jsx';
import { count, percent } from '../parts/words.js';

type TypeRow = LearnedQuery['learningMetrics']['types'][number];

const SHOWN_MAX = 30;

export function Champions({ types }: { types: readonly TypeRow[] }): JSX.Element {
  return (
    <Section title="Champions" says="For each kind of task the model whose predictions came nearest.">
      {types.length === 0 ? (
        <Empty title="No kind of task has run yet" />
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Champions">
          <table class="table is-dense">
            <thead>
              <tr>
                <th scope="col">Kind of task</th>
                <th scope="col">Champion</th>
                <th scope="col" class="cell-number">
                  Predictions
                </th>
                <th scope="col" class="cell-number">
                  Median error
                </th>
                <th scope="col" class="cell-number">
                  Within 25 %
                </th>
                <th scope="col">Error</th>
              </tr>
            </thead>
            <tbody>
              {types.slice(0, SHOWN_MAX).map(({ typeKey, champion, n, medianApe, accuracy }) => (
                <tr key={typeKey}>
                  <td class="cell-name">{typeKey}</td>
                  <td>{champion ?? <span class="muted">none yet</span>}</td>
                  <td class="cell-number">{count(n)}</td>
                  <td class="cell-number">{percent(medianApe, 1)}</td>
                  <td class="cell-number">{percent(accuracy)}</td>
                  <td class="cell-bar">
                    <Meter
                      share={medianApe ?? 0}
                      tone={(medianApe ?? 0) > 0.5 ? '--failed' : '--completed'}
                      label={`median error ${percent(medianApe, 1)}`}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
