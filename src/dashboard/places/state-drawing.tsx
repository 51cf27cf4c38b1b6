/** A state vector as discs: area is probability, the hand is the phase. One disc for each basis state. */
import type { JSX } from 'preact';
import { figure, percent } from '../parts/words.js';

export type Amplitudes = readonly (readonly number[])[];

const SIZE = 46;

export function StateDrawing({ amplitudes }: { amplitudes: Amplitudes }): JSX.Element {
  const bits = Math.log2(amplitudes.length);
  const columns = Math.min(8, amplitudes.length);
  const rows = Math.ceil(amplitudes.length / columns);
  return (
    <figure class="state">
      <figcaption>State: area is probability, the hand is the phase</figcaption>
      <svg
        viewBox={`0 0 ${columns * (SIZE + 8)} ${rows * (SIZE + 22)}`}
        width={columns * (SIZE + 8)}
        role="img"
        aria-label={amplitudes
          .flatMap(([re = 0, im = 0], index) =>
            re * re + im * im > 1e-6
              ? [`${index.toString(2).padStart(bits, '0')} ${percent(re * re + im * im, 1)}`]
              : [],
          )
          .join(', ')}
      >
        {amplitudes.map(([re = 0, im = 0], index) => {
          const size = Math.hypot(re, im);
          const [x, y] = [
            (index % columns) * (SIZE + 8) + SIZE / 2 + 4,
            Math.floor(index / columns) * (SIZE + 22) + SIZE / 2 + 2,
          ];
          const radius = (size * SIZE) / 2;
          return (
            <g key={index}>
              <title>{`${figure(re)} + ${figure(im)}i`}</title>
              <circle cx={x} cy={y} r={SIZE / 2} class="state-ring" />
              <circle cx={x} cy={y} r={radius} class="state-disc" />
              {size > 1e-3 && (
                <line
                  x1={x}
                  y1={y}
                  x2={x + (re / size) * (SIZE / 2)}
                  y2={y - (im / size) * (SIZE / 2)}
                  class="state-hand"
                />
              )}
              <text x={x} y={y + SIZE / 2 + 13} text-anchor="middle">
                {index.toString(2).padStart(bits, '0')}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
