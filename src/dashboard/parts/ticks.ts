/** Where an axis has its marks, and how values become places on it. Pure; used by charts and by the timeline. */

const STEPS = [
  0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
];

/** Seconds between marks of an axis of time that has room for so many. */
export function stepOf(seconds: number, marks: number): number {
  return STEPS.find((step) => seconds / step <= marks) ?? Math.ceil(seconds / marks / 86_400) * 86_400;
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((times) => times * power >= rough * 0.999) ?? 10);
}

export type Range = readonly [low: number, high: number];

/** Round values within the range, at most so many and one. */
export function marksOf([low, high]: Range, most: number): number[] {
  if (!(high > low)) return [low];
  const step = roundStep((high - low) / Math.max(1, most));
  return between([low, high], step, 0);
}

/** `shift`: where multiples of the step are counted from, for days that begin at midnight here and not at Greenwich. */
export function timeMarks([low, high]: Range, most: number, shift = 0): number[] {
  return between([low, high], stepOf(high - low, Math.max(1, most)), shift);
}

function between([low, high]: Range, step: number, shift: number): number[] {
  const marks: number[] = [];
  for (let at = Math.ceil((low - shift) / step - 1e-9); at * step + shift <= high + step * 1e-9; at++)
    marks.push(Number((at * step + shift).toPrecision(12)));
  return marks;
}

/** Powers of ten; with 2 and 5 between them where there are few. */
export function logMarks([low, high]: Range): number[] {
  const decades = Math.log10(high / low);
  const between = decades > 4 ? [1] : decades > 2 ? [1, 3] : [1, 2, 5];
  const marks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const times of between) marks.push(Number((times * 10 ** power).toPrecision(12)));
  return marks.filter((mark) => mark >= low * 0.999 && mark <= high * 1.001);
}

/** The way from a range of values to one of places. */
export function scaleOf([low, high]: Range, [from, to]: Range, isLog: boolean): (value: number) => number {
  const turn = isLog ? Math.log : (value: number): number => value;
  const [first, whole] = [turn(low), turn(high) - turn(low) || 1];
  return (value) => from + ((turn(value) - first) / whole) * (to - from);
}
