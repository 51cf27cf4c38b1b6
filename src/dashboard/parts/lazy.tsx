/** A page whose script is loaded when it is opened for the first time. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';

type Page = () => JSX.Element | null;

export function lazily(load: () => Promise<Page>): Page {
  const loaded = signal<Page | undefined>(undefined);
  let asked: Promise<void> | undefined;
  return function Lazy() {
    const Loaded = loaded.value;
    if (Loaded !== undefined) return <Loaded />;
    asked ??= load().then((page) => void (loaded.value = page));
    return <div class="loading" aria-busy="true" />;
  };
}
