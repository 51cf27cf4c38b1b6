/** Hands on the canvas: drag pans, the wheel zooms around the pointer (or pans, with a touchpad), two fingers pinch, a click opens. */
import type { Stage } from './stage.js';

const CLICK_SLACK = 4;
const WHEEL_STEP = 0.0016;

interface Hands {
  readonly onClick: (node: number) => void;
  readonly onHover: (node: number) => void;
}

/** Answers how to let go. */
export function followPointer(element: HTMLElement, stage: Stage, { onClick, onHover }: Hands): () => void {
  const over = new AbortController();
  const options = { signal: over.signal };
  const fingers = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  const at = (event: PointerEvent | WheelEvent): readonly [number, number] => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      travelled = 0;
    },
    options,
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      const finger = fingers.get(event.pointerId);
      if (finger === undefined) return onHover(stage.nodeAt(...at(event)));
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      const [dx, dy] = [event.clientX - finger.x, event.clientY - finger.y];
      if (other === undefined) stage.view.pan(dx, dy);
      else {
        const before = Math.hypot(finger.x - other.x, finger.y - other.y);
        const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
        stage.view.zoom(after / Math.max(1, before), ...at(event));
      }
      travelled += Math.abs(dx) + Math.abs(dy);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      stage.moved();
    },
    options,
  );
  const lift = (event: PointerEvent): void => {
    if (fingers.delete(event.pointerId) && event.type === 'pointerup' && travelled < CLICK_SLACK)
      onClick(stage.nodeAt(...at(event)));
  };
  element.addEventListener('pointerup', lift, options);
  element.addEventListener('pointercancel', lift, options);
  element.addEventListener('pointerleave', () => onHover(-1), options);
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      if (event.shiftKey) stage.view.pan(-event.deltaY, 0);
      else stage.view.zoom(Math.exp(-event.deltaY * WHEEL_STEP * (event.ctrlKey ? 4 : 1)), ...at(event));
      stage.moved();
    },
    { ...options, passive: false },
  );
  return () => over.abort();
}
