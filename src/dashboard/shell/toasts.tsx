/** Short words about what was just done, each with its undo while there is one; read aloud, never in the way. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { Glyph } from '../parts/glyph.jsx';

export interface Toast {
  readonly text: string;
  readonly isFault?: boolean;
  readonly undo?: () => void;
  readonly link?: { readonly href: string; readonly text: string };
}

const SHOWN_MS = 7000;
const FAULT_MS = 12_000;

const toasts = signal<readonly (Toast & { readonly id: number })[]>([]);
let last = 0;

function drop(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function say(toast: Toast): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-3), { ...toast, id }];
  setTimeout(() => drop(id), toast.isFault ? FAULT_MS : SHOWN_MS);
}

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, isFault, undo, link }) => (
        <div key={id} class={isFault ? 'toast is-fault' : 'toast'}>
          <span>{text}</span>
          {link !== undefined && <a href={link.href}>{link.text}</a>}
          {undo !== undefined && (
            <button
              type="button"
              class="plain"
              onClick={() => {
                undo();
                drop(id);
              }}
            >
              Undo
            </button>
          )}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => drop(id)}>
            <Glyph name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
