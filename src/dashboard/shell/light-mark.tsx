/** Whether what is shown is live: a shape, a word and since when. */
import type { JSX } from 'preact';
import { light } from '../api/socket.js';
import { clock } from '../parts/words.js';

export function LightMark(): JSX.Element {
  const { state, since } = light.value;
  const words = { live: 'Live', connecting: 'Connecting', lost: `Reconnecting, stale since ${clock(since)}` }[
    state
  ];
  return (
    <div class={`light is-${state}`} role="status" aria-live="polite">
      <span class="light-lamp" aria-hidden="true" />
      {words}
    </div>
  );
}
