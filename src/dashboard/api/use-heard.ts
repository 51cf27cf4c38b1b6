/**
 * A stream as a part of a component: what comes is gathered and handed over once a frame, and no more often than
 * `pauseMs`. Pages that show lists ask anew then; the stream only says when.
 */
import { useEffect, useRef } from 'preact/hooks';
import type { TypedDocumentString } from '../../generated/dashboard/graphql.js';
import { token } from './session.js';
import { listen } from './socket.js';

export function useHeard<R, V extends Record<string, unknown>>(
  document: TypedDocumentString<R, V>,
  variables: V,
  apply: (values: readonly R[]) => void,
  pauseMs = 0,
): void {
  const applied = useRef(apply);
  applied.current = apply;
  const who = token.value;
  useEffect(() => {
    let gathered: R[] = [];
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = Number.NEGATIVE_INFINITY;
    const hand = (): void => {
      frame = 0;
      last = performance.now();
      const values = gathered;
      gathered = [];
      applied.current(values);
    };
    const plan = (): void => {
      timer = undefined;
      frame = requestAnimationFrame(hand);
    };
    const stop = listen(document, variables, {
      next: (value) => {
        gathered.push(value);
        if (frame === 0 && timer === undefined)
          timer = setTimeout(plan, Math.max(0, last + pauseMs - performance.now()));
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [document, JSON.stringify(variables), pauseMs, who]);
}
