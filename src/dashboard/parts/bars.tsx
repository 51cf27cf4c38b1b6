/** Named shares as rows of bars: counts of outcomes, weights, importances. A table for those who cannot see it. */
import type { JSX } from 'preact';

export interface Bar {
  readonly name: string;
  /** Of the longest. */
  readonly share: number;
  readonly words: string;
  readonly says?: string;
  readonly tone?: string;
  /** Less than the others: paler. */
  readonly isFaint?: boolean;
}

export function Bars({
  label,
  bars,
  mono = false,
}: {
  label: string;
  bars: readonly Bar[];
  mono?: boolean;
}): JSX.Element {
  return (
    <ul class={mono ? 'bars is-mono' : 'bars'} aria-label={label}>
      {bars.map(({ name, share, words, says, tone = '--accent', isFaint }) => (
        <li key={name} class={isFaint ? 'is-faint' : ''} title={says}>
          <span class="bar-name">{name}</span>
          <span class="bar-track" aria-hidden="true">
            <span
              style={{ width: `${Math.max(0.4, Math.min(1, share) * 100)}%`, background: `var(${tone})` }}
            />
          </span>
          <span class="bar-words">{words}</span>
        </li>
      ))}
    </ul>
  );
}
