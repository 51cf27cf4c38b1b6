/** The level over time as a stair: a step for each line of the ledger, dashed where a level was only thought. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { AwarenessLevel, EvolutionQuery } from '../../generated/dashboard/graphql.js';
import { clock, day, sentence } from '../parts/words.js';
import { linkTo, param } from '../address/address.js';

type Change = EvolutionQuery['consciousnessHistory']['nodes'][number];

export const LEVELS: readonly AwarenessLevel[] = [
  'BASIC',
  'COGNITIVE',
  'METACOGNITIVE',
  'QUANTUM',
  'TRANSCENDENT',
];

const HEIGHT = 172;
const TOP = 12;
const ROW = 30;
const LEFT = 108;
const RIGHT = 16;
const DAY_MS = 86_400_000;
const TICKS = 4;

/** It does not act as the level of the line. */
function isThought({ kind }: Change): boolean {
  return kind === 'SHADOWED';
}

function rowOf(level: AwarenessLevel): number {
  return TOP + (LEVELS.length - 1 - LEVELS.indexOf(level)) * ROW;
}

interface Scale {
  readonly x: (time: number) => number;
  readonly from: number;
  readonly to: number;
}

function scaleOf(changes: readonly Change[], width: number): Scale {
  const from = Date.parse((changes[0] as Change).at);
  const to = Math.max(Date.now(), from + 60_000);
  return { from, to, x: (time) => LEFT + ((time - from) / (to - from)) * (width - LEFT - RIGHT) };
}

/** Lines of thought do not move the stair. */
function stairOf(changes: readonly Change[], { x, to }: Scale): string {
  let path = '';
  for (const change of changes) {
    if (isThought(change)) continue;
    const at = x(Date.parse(change.at)).toFixed(1);
    const level = rowOf(change.to);
    path += path === '' ? `M${at} ${level}` : `H${at}V${level}`;
  }
  return `${path}H${x(to).toFixed(1)}`;
}

function useWidth(): { frame: { current: HTMLDivElement | null }; width: number } {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(900);
  useEffect(() => {
    const sizes = new ResizeObserver(
      ([entry]) => (width.value = Math.max(320, entry?.contentRect.width ?? 900)),
    );
    sizes.observe(frame.current as HTMLDivElement);
    return () => sizes.disconnect();
  }, []);
  return { frame, width: width.value };
}

function Ticks({ scale }: { scale: Scale }): JSX.Element {
  const words = scale.to - scale.from > DAY_MS ? day : clock;
  const times = Array.from(
    { length: TICKS + 1 },
    (_, index) => scale.from + ((scale.to - scale.from) * index) / TICKS,
  );
  return (
    <g class="ladder-ticks">
      {times.map((time, index) => (
        <text
          key={time}
          x={scale.x(time)}
          y={HEIGHT - 4}
          text-anchor={index === 0 ? 'start' : index === TICKS ? 'end' : 'middle'}
        >
          {index === TICKS ? 'now' : words(time)}
        </text>
      ))}
    </g>
  );
}

function Step({ change, x }: { change: Change; x: number }): JSX.Element {
  const words = `${sentence(change.kind)}: ${sentence(change.to)}, ${day(change.at)}`;
  const isOpen = param('step') === String(change.number);
  return (
    <a href={linkTo({ step: String(change.number) })} aria-label={words}>
      <title>{words}</title>
      <circle
        class={`ladder-step is-${change.kind.toLowerCase()}${isOpen ? ' is-open' : ''}`}
        cx={x}
        cy={rowOf(change.to)}
        r={isOpen ? 6.5 : 4.5}
      />
    </a>
  );
}

/** `changes`: the newest first. */
export function LadderChart({ changes }: { changes: readonly Change[] }): JSX.Element {
  const { frame, width } = useWidth();
  const inOrder = changes.toReversed();
  const scale = scaleOf(inOrder, width);
  return (
    <div ref={frame} class="ladder">
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-label="Level over time">
        {LEVELS.map((level) => (
          <g key={level}>
            <text class="ladder-level" x={LEFT - 12} y={rowOf(level) + 4}>
              {sentence(level)}
            </text>
            <path class="ladder-line" d={`M${LEFT} ${rowOf(level)}H${width - RIGHT}`} />
          </g>
        ))}
        <path class="ladder-stair" d={stairOf(inOrder, scale)} />
        {inOrder.map((change) => (
          <Step key={change.number} change={change} x={scale.x(Date.parse(change.at))} />
        ))}
        <Ticks scale={scale} />
      </svg>
    </div>
  );
}
