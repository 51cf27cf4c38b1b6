/** What cannot be taken back is done after a moment, unless it is undone before. A page that closes does it at once. */

const MOMENT_MS = 6000;

/** Answers how to undo it. */
export function later(act: () => void): () => void {
  let isOpen = true;
  const now = (): void => {
    if (!isOpen) return;
    isOpen = false;
    removeEventListener('pagehide', now);
    act();
  };
  const timer = setTimeout(now, MOMENT_MS);
  addEventListener('pagehide', now);
  return () => {
    isOpen = false;
    clearTimeout(timer);
    removeEventListener('pagehide', now);
  };
}
