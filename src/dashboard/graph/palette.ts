/** The colours of the graph as the canvas wants them, read again when the theme changes. */
import { colourOf, theme } from '../parts/colours.js';
import { STATUSES, TONE } from '../parts/statuses.js';

export interface Palette {
  readonly status: readonly string[];
  readonly tint: readonly string[];
  readonly panel: string;
  readonly ground: string;
  readonly line: string;
  readonly ink: string;
  readonly muted: string;
  readonly accent: string;
  /** By the place of the type in EDGE_TYPES. */
  readonly edges: readonly string[];
}

let known: { readonly theme: string; readonly palette: Palette } | undefined;

export function palette(): Palette {
  if (known?.theme === theme.peek()) return known.palette;
  const made: Palette = {
    status: STATUSES.map((status) => colourOf(TONE[status])),
    tint: STATUSES.map((status) => colourOf(`${TONE[status]}-tint`)),
    panel: colourOf('--panel'),
    ground: colourOf('--ground'),
    line: colourOf('--line-strong'),
    ink: colourOf('--ink'),
    muted: colourOf('--muted'),
    accent: colourOf('--accent'),
    edges: ['--edge-hard', '--edge-soft', '--edge-data', '--edge-resource'].map(colourOf),
  };
  known = { theme: theme.peek(), palette: made };
  return made;
}
