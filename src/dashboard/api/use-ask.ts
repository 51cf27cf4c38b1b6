/** A query as a part of a component: asked when it appears, when its variables change, and again and again if wished. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { TypedDocumentString } from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from './client.js';
import { token } from './session.js';

export interface Asked<R> {
  /** Undefined until the first answer. */
  readonly value: Signal<R | undefined>;
  readonly fault: Signal<string>;
  /** Now, beside what was planned. */
  readonly again: () => void;
}

/** `everyMs`: after each answer; nothing is asked while nobody looks at the page. */
export function useAsk<R, V>(document: TypedDocumentString<R, V>, variables: V, everyMs?: number): Asked<R> {
  const value = useSignal<R | undefined>(undefined);
  const fault = useSignal('');
  const again = useRef<() => void>(() => undefined);
  const key = JSON.stringify(variables);
  const who = token.value;
  useEffect(() => {
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const plan = (): void => {
      if (everyMs !== undefined && !over.signal.aborted) timer = setTimeout(look, everyMs);
    };
    const look = (): void => {
      clearTimeout(timer);
      if (globalThis.document.hidden && value.peek() !== undefined) return plan();
      void ask(document, variables, over.signal)
        .then(
          (answer) => {
            value.value = answer;
            fault.value = '';
          },
          (error: unknown) => {
            if (!over.signal.aborted) fault.value = wordsOf(error);
          },
        )
        .then(plan);
    };
    again.current = look;
    look();
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [document, key, everyMs, who]);
  return { value, fault, again: () => again.current() };
}
