/** Conditions with what there is and what is needed: met as a tick, not met as a ring, each with its word. */
import type { JSX } from 'preact';
import type { EvidenceFragment } from '../../generated/dashboard/graphql.js';

interface EvidenceProps {
  readonly evidence: readonly EvidenceFragment[];
  /** Reasons to leave: one that is met speaks against the level. */
  readonly isAgainst?: boolean;
}

function wordOf(met: boolean, isAgainst: boolean): string {
  if (isAgainst) return met ? 'holds' : 'does not hold';
  return met ? 'met' : 'not met';
}

export function EvidenceList({ evidence, isAgainst = false }: EvidenceProps): JSX.Element {
  return (
    <ul class="evidence">
      {evidence.map(({ name, has, needs, met }) => (
        <li key={name} class={met === isAgainst ? 'is-bad' : 'is-good'}>
          <svg viewBox="0 0 16 16" width="14" height="14" role="img" aria-label={wordOf(met, isAgainst)}>
            {met ? <path d="M3.5 8.4l3 3l6-6.8" /> : <circle cx="8" cy="8" r="4.2" />}
          </svg>
          <div>
            <span class="evidence-name">{name}</span>
            <span class="evidence-has">
              <b>{has === '' ? 'nothing yet' : has}</b>
              <span class="muted"> needs {needs}</span>
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
