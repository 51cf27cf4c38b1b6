/** An angle as people write it: fractions of π, names of parameters, few digits. Called by the drawings only. */
import type { Angle } from '../circuit.js';

const denominators = [1, 2, 3, 4, 6, 8, 12, 16, 32, 64];
const digits = 4;
const lengthMax = 24;

function numberLabel(value: number): string {
  if (value === 0) return '0';
  for (const denominator of denominators) {
    const numerator = (value / Math.PI) * denominator;
    const whole = Math.round(numerator);
    if (whole === 0 || Math.abs(whole) > 99 || Math.abs(numerator - whole) > 1e-9) continue;
    const factor = Math.abs(whole) === 1 ? '' : String(Math.abs(whole));
    return `${whole < 0 ? '-' : ''}${factor}π${denominator === 1 ? '' : `/${denominator}`}`;
  }
  return String(Number(value.toPrecision(digits)));
}

function expressionLabel(angle: Angle, parameters: readonly string[], inner: boolean): string {
  if (typeof angle === 'number') return numberLabel(angle);
  switch (angle.kind) {
    case 'parameter':
      return parameters[angle.index] ?? `p${angle.index}`;
    case 'negate':
      return `-${expressionLabel(angle.of, parameters, true)}`;
    case 'call':
      return `${angle.name}(${expressionLabel(angle.argument, parameters, false)})`;
    case 'binary': {
      const { left, operator, right } = angle;
      const text = `${expressionLabel(left, parameters, true)}${operator}${expressionLabel(right, parameters, true)}`;
      return inner ? `(${text})` : text;
    }
  }
}

export function angleLabel(angle: Angle, parameters: readonly string[]): string {
  const label = expressionLabel(angle, parameters, false);
  return label.length > lengthMax ? `${label.slice(0, lengthMax - 1)}…` : label;
}
