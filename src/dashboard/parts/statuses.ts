/**
 * The statuses as people see them: an icon with a shape of its own, a word, and a colour that is never alone. Icons are
 * paths of 16 × 16, for SVG and for the canvas.
 */
import type { MeshStatus, TaskStatus } from '../../generated/dashboard/graphql.js';

export const STATUSES = [
  'PENDING',
  'HELD',
  'QUEUED',
  'RUNNING',
  'RETRYING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
  'UPSTREAM_FAILED',
] as const satisfies readonly TaskStatus[];

export const PLACE_OF = Object.fromEntries(STATUSES.map((status, place) => [status, place])) as Record<
  TaskStatus,
  number
>;
export const COMPLETED = PLACE_OF.COMPLETED;
export const FAILED = PLACE_OF.FAILED;
export const RUNNING = PLACE_OF.RUNNING;

/** The last five are final. */
export function isFinal(place: number): boolean {
  return place >= COMPLETED;
}

export type StatusName = TaskStatus | MeshStatus;

/** Custom properties of `tokens.css`. */
export const TONE: Readonly<Record<StatusName, string>> = {
  PENDING: '--pending',
  HELD: '--held',
  QUEUED: '--queued',
  RUNNING: '--running',
  RETRYING: '--retrying',
  COMPLETED: '--completed',
  FAILED: '--failed',
  CANCELLED: '--cancelled',
  SKIPPED: '--skipped',
  UPSTREAM_FAILED: '--upstream',
  PAUSED: '--held',
};

const RING = 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M8 3a5 5 0 1 1 0 10a5 5 0 1 1 0-10';
const DISC = 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13';

/** Filled by the even-odd rule: what lies inside a disc is cut out of it. */
export const ICON: Readonly<Record<StatusName, string>> = {
  PENDING:
    'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M8 2.8a5.2 5.2 0 1 1 0 10.4a5.2 5.2 0 1 1 0-10.4M5 7.2h1.6v1.6H5zM7.2 7.2h1.6v1.6H7.2zM9.4 7.2H11v1.6H9.4z',
  HELD: `${RING}M5.6 5.2h1.7v5.6H5.6zM8.7 5.2h1.7v5.6H8.7z`,
  QUEUED: `${RING}M7.3 4.6h1.4v3.1l2.2 1.5l-.8 1.1L7.3 8.5z`,
  RUNNING: `${RING}M6.4 5l4.8 3l-4.8 3z`,
  RETRYING:
    'M8 2a6 6 0 0 1 5.2 3V3h1.4v4.6H10V6.2h2.2A4.6 4.6 0 0 0 3.5 7.4H2A6 6 0 0 1 8 2M14 8.6A6 6 0 0 1 2.8 11v2H1.4V8.4H6v1.4H3.8a4.6 4.6 0 0 0 8.7-1.2z',
  COMPLETED: `${DISC}M7 11.1l-2.9-2.9l1.1-1.1L7 8.9l3.8-3.8l1.1 1.1z`,
  FAILED: `${DISC}M5.4 4.3L8 6.9l2.6-2.6l1.1 1.1L9.1 8l2.6 2.6l-1.1 1.1L8 9.1l-2.6 2.6l-1.1-1.1L6.9 8L4.3 5.4z`,
  CANCELLED: `${RING}M4.8 7.2h6.4v1.6H4.8z`,
  SKIPPED: `${RING}M5 5.4l3 2.6l-3 2.6zM8.2 5.4l3 2.6l-3 2.6z`,
  UPSTREAM_FAILED: 'M8 1.2l7.2 13H.8zM7.2 5.8h1.6v4.2H7.2zM7.2 11.2h1.6v1.5H7.2z',
  PAUSED: `${RING}M5.6 5.2h1.7v5.6H5.6zM8.7 5.2h1.7v5.6H8.7z`,
};

export const WORD: Readonly<Record<StatusName, string>> = {
  PENDING: 'Pending',
  HELD: 'Held',
  QUEUED: 'Queued',
  RUNNING: 'Running',
  RETRYING: 'Retrying',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
  SKIPPED: 'Skipped',
  UPSTREAM_FAILED: 'Upstream failed',
  PAUSED: 'Paused',
};
