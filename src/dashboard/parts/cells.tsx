/** Slots as cells, the busy ones filled; as a meter where there are too many to count by eye. */
import type { JSX } from 'preact';
import { Meter } from './frame.jsx';
import { count } from './words.js';

const CELLS_MAX = 24;

export function Cells({ busy, slots }: { busy: number; slots: number }): JSX.Element {
  const words = `${count(busy)} of ${count(slots)} slots busy`;
  if (slots > CELLS_MAX)
    return <Meter share={slots === 0 ? 0 : busy / slots} label={words} tone="--running" />;
  return (
    <span class="cells" role="img" aria-label={words} title={words}>
      {Array.from({ length: Math.max(slots, busy) }, (_, index) => (
        <span key={index} class={index < busy ? 'is-busy' : ''} />
      ))}
    </span>
  );
}
