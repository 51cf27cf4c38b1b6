/** A status as icon and word, or as icon with the word for those who cannot see it; and the bar of counts. */
import type { JSX } from 'preact';
import { ICON, STATUSES, TONE, WORD, type StatusName } from './statuses.js';
import { count } from './words.js';

export function StatusIcon({ status, size = 16 }: { status: StatusName; size?: number }): JSX.Element {
  return (
    <svg
      class={status === 'RUNNING' ? 'status-icon is-running' : 'status-icon'}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
      style={{ color: `var(${TONE[status]})` }}
    >
      <path d={ICON[status]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}

export function StatusMark({ status }: { status: StatusName }): JSX.Element {
  return (
    <span class="status-mark">
      <StatusIcon status={status} />
      <span>{WORD[status]}</span>
    </span>
  );
}

export type Counts = Readonly<Record<CountName, number>> & { readonly total: number };
type CountName =
  | 'pending'
  | 'held'
  | 'queued'
  | 'running'
  | 'retrying'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'upstreamFailed';

const NAMES: readonly CountName[] = [
  'pending',
  'held',
  'queued',
  'running',
  'retrying',
  'completed',
  'failed',
  'cancelled',
  'skipped',
  'upstreamFailed',
];

/** Done work first, what waits last: the bar fills from the left. */
const ORDER = [5, 6, 9, 7, 8, 3, 4, 2, 1, 0];

export function listOf(counts: Counts): number[] {
  return NAMES.map((name) => counts[name]);
}

export function describeCounts(counts: readonly number[]): string {
  const parts = ORDER.filter((place) => (counts[place] ?? 0) > 0).map(
    (place) => `${count(counts[place] as number)} ${WORD[STATUSES[place] as StatusName].toLowerCase()}`,
  );
  return parts.length === 0 ? 'no tasks' : parts.join(', ');
}

export function CountsBar({ counts }: { counts: readonly number[] }): JSX.Element {
  const total = counts.reduce((sum, one) => sum + one, 0);
  return (
    <span class="counts-bar" role="img" aria-label={describeCounts(counts)} title={describeCounts(counts)}>
      {ORDER.map((place) => {
        const share = total === 0 ? 0 : (counts[place] as number) / total;
        if (share === 0) return null;
        const status = STATUSES[place] as StatusName;
        return (
          <span
            key={status}
            class={`is-${status.toLowerCase()}`}
            style={{ flexGrow: share, background: `var(${TONE[status]})` }}
          />
        );
      })}
    </span>
  );
}
