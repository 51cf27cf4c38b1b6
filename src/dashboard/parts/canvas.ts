/** What every drawing of a page needs: its width as it changes, its pixels, and a wheel that scrolls what is drawn. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export type CanvasRef = { readonly current: HTMLCanvasElement | null };

export function useWidth(of: { readonly current: HTMLElement | null }): Signal<number> {
  const width = useSignal(0);
  useEffect(() => {
    const element = of.current as HTMLElement;
    const sizes = new ResizeObserver(() => (width.value = element.clientWidth));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return width;
}

/** Sharp on every screen; units are those of the page. */
export function prepared(
  element: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  element.width = Math.round(width * devicePixelRatio);
  element.height = Math.round(height * devicePixelRatio);
  const ctx = element.getContext('2d') as CanvasRenderingContext2D;
  ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return ctx;
}

export function scrollBy(scrolled: Signal<number>, most: number, event: WheelEvent): void {
  if (most <= 0) return;
  event.preventDefault();
  scrolled.value = Math.min(most, Math.max(0, scrolled.value + event.deltaY));
}
