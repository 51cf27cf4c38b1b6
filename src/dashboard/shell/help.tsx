/** What the keys do here. */
import type { JSX } from 'preact';
import { Dialog } from './dialog.jsx';
import { isHelpOpen, keyUses } from './keyboard.js';

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

export function Help(): JSX.Element | null {
  if (!isHelpOpen.value) return null;
  const latest = new Map(keyUses.value.map((use) => [use.key, use.says]));
  return (
    <Dialog title="Keyboard" onClose={() => (isHelpOpen.value = false)}>
      <dl class="keys">
        {[...latest].map(([key, says]) => (
          <div key={key}>
            <dt>
              <kbd>{NAMES[key] ?? key}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">In the graph, arrows walk along the edges and Enter opens the task.</p>
    </Dialog>
  );
}
