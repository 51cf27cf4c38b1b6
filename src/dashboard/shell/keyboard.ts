/** The keys of the page. Parts of it say what a key does while they are shown; keys typed into a field stay there. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export interface KeyUse {
  readonly key: string;
  /** As the help lists it. */
  readonly says: string;
  readonly run: (event: KeyboardEvent) => void;
}

const uses = signal<readonly KeyUse[]>([]);

export const keyUses = uses;

export const isHelpOpen = signal(false);

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Called once. The last part to name a key has it; an open dialog has them all, Escape first. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (document.querySelector('dialog[open]') !== null) return;
    if (event.ctrlKey || event.metaKey || event.altKey || (isTyping(event.target) && event.key !== 'Escape'))
      return;
    const use = uses.peek().findLast(({ key }) => key === event.key);
    if (use === undefined) return;
    event.preventDefault();
    use.run(event);
  });
}

export function useKeys(keys: readonly KeyUse[], moment: readonly unknown[]): void {
  useEffect(() => {
    uses.value = [...uses.peek(), ...keys];
    return () => {
      uses.value = uses.peek().filter((use) => !keys.includes(use));
    };
  }, moment);
}
