/** The lines of a chart by name, each with its latest value. */
import type { JSX } from 'preact';

export interface LegendLine {
  readonly name: string;
  readonly tone: string;
  readonly words?: string;
}

export function Legend({ lines }: { lines: readonly LegendLine[] }): JSX.Element {
  return (
    <ul class="legend">
      {lines.map(({ name, tone, words }) => (
        <li key={name}>
          <span style={{ background: `var(${tone})` }} aria-hidden="true" />
          {name} {words !== undefined && <b>{words}</b>}
        </li>
      ))}
    </ul>
  );
}
