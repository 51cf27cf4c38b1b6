/** The line drawings of the interface: navigation, buttons. Always beside a word or with a label on what holds them. */
import type { JSX } from 'preact';

const PATHS = {
  meshes:
    'M4 4.5h4l4 3.5M4 11.5h4L12 8M4 4.5m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M4 11.5m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M12.5 8m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0',
  places: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM4.8 5h.4M4.8 11h.4M8 5h3M8 11h3',
  mind: 'M8 2.2a4.3 4.3 0 0 0-2.4 7.9v1.6h4.8v-1.6A4.3 4.3 0 0 0 8 2.2M6.2 13.8h3.6',
  learning: 'M2.5 13.5v-11M2.5 13.5h11M4.5 10.5l3-3.4l2.2 1.8l3.6-5',
  history: 'M3 8a5 5 0 1 1 1.6 3.7M3 8L1.7 6.6M3 8l1.4-1.4M8 5.2V8l2 1.6',
  health: 'M1.8 8h2.6l1.6-4l3 8.4l2-4.4h3.2',
  doors: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5M9 3.2l-2 9.6',
  add: 'M8 3v10M3 8h10',
  search: 'M7 2.8a4.2 4.2 0 1 0 0 8.4a4.2 4.2 0 1 0 0-8.4M10.2 10.2l3.3 3.3',
  close: 'M4 4l8 8M12 4l-8 8',
  back: 'M9.5 3.5L5 8l4.5 4.5',
  next: 'M6.5 3.5L11 8l-4.5 4.5',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  key: 'M10.6 2.5a2.9 2.9 0 1 0 .1 5.8a2.9 2.9 0 0 0-.1-5.8M8.4 7.5L2.8 13.1M4.6 11.4l1.7 1.7',
  help: 'M5.8 6a2.2 2.2 0 1 1 3 2.1c-.6.3-.8.7-.8 1.4M8 12.2v.4',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  fit: 'M2.8 5.8v-3h3M10.2 2.8h3v3M13.2 10.2v3h-3M5.8 13.2h-3v-3',
  down: 'M3.5 6L8 10.5L12.5 6',
  retry: 'M12.8 8a4.8 4.8 0 1 1-1.5-3.5M12.8 2.4v2.9H9.9',
  stop: 'M4 4h8v8H4z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5l7 4.5l-7 4.5z',
  fork: 'M4.5 3v10M4.5 6.5h4a3 3 0 0 1 3 3V13M2.8 4.7L4.5 3l1.7 1.7',
} as const;

export type GlyphName = keyof typeof PATHS;

export function Glyph({ name, size = 16 }: { name: GlyphName; size?: number }): JSX.Element {
  return (
    <svg class="glyph" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.35"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
