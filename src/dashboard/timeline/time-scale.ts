/** From times to places on the screen, with the long gaps in which nothing ran folded to a sliver each. Pure. */
import type { Stretch } from './segments.js';

export interface Gap {
  readonly from: number;
  readonly to: number;
  /** On the screen. */
  readonly left: number;
  readonly right: number;
}

const GAP_WIDTH = 26;
/** Of the whole, and at least: a shorter gap tells more than it takes. */
const GAP_SHARE = 0.12;
const GAP_MS_MIN = 5000;

function busy(list: readonly Stretch[]): [number, number][] {
  const merged: [number, number][] = [];
  const sorted = list
    .filter(({ kind }) => kind === 'running' || kind === 'expected')
    .sort((a, b) => a.from - b.from);
  for (const { from, to } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export class TimeScale {
  readonly gaps: readonly Gap[];
  /** Knots of a broken line. */
  readonly #times: number[] = [];
  readonly #places: number[] = [];

  constructor(list: readonly Stretch[], { from, to }: Span, width: number) {
    const whole = Math.max(1, to - from);
    const least = Math.max(GAP_MS_MIN, whole * GAP_SHARE);
    const holes: Span[] = [];
    let end = from;
    for (const [start, stop] of busy(list)) {
      if (start > to) break;
      if (start - end >= least && end >= from) holes.push({ from: end, to: start });
      end = Math.max(end, stop);
    }
    const folded = holes.reduce((sum, hole) => sum + hole.to - hole.from, 0);
    const unit = (width - holes.length * GAP_WIDTH) / Math.max(1, whole - folded);
    const gaps: Gap[] = [];
    let [time, place] = [from, 0];
    this.#knot(time, place);
    for (const hole of holes) {
      place += (hole.from - time) * unit;
      this.#knot(hole.from, place);
      gaps.push({ ...hole, left: place, right: place + GAP_WIDTH });
      place += GAP_WIDTH;
      time = hole.to;
      this.#knot(time, place);
    }
    this.#knot(to, width);
    this.gaps = gaps;
  }

  #knot(time: number, place: number): void {
    this.#times.push(time);
    this.#places.push(place);
  }

  toPlace(time: number): number {
    return along(this.#times, this.#places, time);
  }

  toTime(place: number): number {
    return along(this.#places, this.#times, place);
  }
}

/** Beyond the ends it goes on as steep as the last piece. */
function along(from: readonly number[], to: readonly number[], value: number): number {
  let index = 1;
  while (index < from.length - 1 && value > from[index]!) index++;
  const [a, b] = [from[index - 1]!, from[index]!];
  return to[index - 1]! + ((value - a) / Math.max(1e-9, b - a)) * (to[index]! - to[index - 1]!);
}
