/**
 * Light, dark, or as the system is; and the colours of `tokens.css` as the canvas needs them. What is asked for stands
 * in this browser, not in the address: it belongs to eyes, not to what is shown.
 */
import { computed, effect, signal } from '@preact/signals';

export type Wish = 'system' | 'light' | 'dark';

const KEY = 'taskmesh.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function kept(): Wish {
  const text = localStorage.getItem(KEY);
  return text === 'light' || text === 'dark' ? text : 'system';
}

export const wish = signal<Wish>(kept());
const isSystemDark = signal(system.matches);
system.addEventListener('change', ({ matches }) => (isSystemDark.value = matches));

export const theme = computed<'light' | 'dark'>(() => {
  if (wish.value !== 'system') return wish.value;
  return isSystemDark.value ? 'dark' : 'light';
});

const known = new Map<string, string>();

effect(() => {
  known.clear();
  document.documentElement.dataset['theme'] = theme.value;
});

export function turnTheme(): void {
  const next = theme.peek() === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, next);
  wish.value = next;
}

let probe: HTMLElement | undefined;

/** A custom property as `rgb(…)`: `light-dark()` is only resolved where a colour is used. */
export function colourOf(property: string): string {
  const found = known.get(property);
  if (found !== undefined) return found;
  probe ??= document.body.appendChild(document.createElement('i'));
  probe.hidden = true;
  probe.style.color = `var(${property})`;
  const colour = getComputedStyle(probe).color;
  known.set(property, colour);
  return colour;
}
