/** How much an alert matters: a shape, a word, and a colour that is never alone. */
import type { JSX } from 'preact';
import type { AlertSeverity } from '../../generated/dashboard/graphql.js';
import { sentence } from '../parts/words.js';

const SEVERITIES: Readonly<Record<AlertSeverity, { readonly tone: string; readonly shape: string }>> = {
  INFO: { tone: '--queued', shape: 'M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9' },
  WARNING: { tone: '--held', shape: 'M8 2.5l6 10.5H2z' },
  CRITICAL: { tone: '--failed', shape: 'M5.2 2.5h5.6l2.7 2.7v5.6l-2.7 2.7H5.2l-2.7-2.7V5.2z' },
};

export function SeverityMark({ severity }: { severity: AlertSeverity }): JSX.Element {
  const { tone, shape } = SEVERITIES[severity];
  return (
    <span class="status-mark" style={{ '--tone': `var(${tone})` }}>
      <svg class="node-state" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d={shape} />
      </svg>
      <span>{sentence(severity)}</span>
    </span>
  );
}
