/** How often each outcome of a circuit was seen, the most frequent first. */
import type { JSX } from 'preact';
import { count, percent } from '../parts/words.js';

const BARS_MAX = 16;

export function Histogram({ counts }: { counts: Readonly<Record<string, number>> | null }): JSX.Element {
  const all = Object.entries(counts ?? {}).sort((a, b) => b[1] - a[1]);
  const total = all.reduce((sum, [, times]) => sum + times, 0);
  const most = Math.max(1, all[0]?.[1] ?? 1);
  if (all.length === 0) return <p class="muted">No counts: it was not measured, or has not run.</p>;
  return (
    <figure class="histogram">
      <figcaption>
        Counts of {count(total)} shots
        {all.length > BARS_MAX && `, the ${BARS_MAX} most frequent of ${count(all.length)}`}
      </figcaption>
      <ol>
        {all.slice(0, BARS_MAX).map(([bits, times]) => (
          <li key={bits}>
            <code>{bits}</code>
            <i aria-hidden="true" style={{ width: `${(70 * times) / most}%` }} />
            <span>
              {count(times)} <span class="muted">{percent(times / total, 1)}</span>
            </span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
