/** Shares that were seen beside those that were expected, band by band. */
import type { JSX } from 'preact';
import { percent } from '../parts/words.js';
import type { CalibrationBand } from './scored.js';

/** Of the track. */
const SHARE_MAX = 0.6;

function widthOf(share: number): string {
  return `${Math.min(100, (share / SHARE_MAX) * 100).toFixed(1)}%`;
}

export function Calibration({ bands }: { bands: readonly CalibrationBand[] }): JSX.Element {
  return (
    <ul class="bands">
      {bands.map(({ name, expected, seen }) => (
        <li key={name}>
          <span class="bar-name">{name}</span>
          <span
            class="band-track"
            role="img"
            aria-label={`${percent(seen, 1)} seen, ${percent(expected)} expected`}
          >
            <span class="band-seen" style={{ width: widthOf(seen) }} />
            <span class="band-expected" style={{ left: widthOf(expected) }} />
          </span>
          <span class="bar-words">
            {percent(seen, 1)} <span class="muted">of {percent(expected)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
