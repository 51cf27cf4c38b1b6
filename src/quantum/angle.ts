/**
 * What an angle is worth once the circuit's parameters have values, and how it changes with one of them. Called by the
 * engine for every run, by gradients, and by whoever binds a task's inputs to a circuit.
 */
import { angleFunctions, applyOperator } from './angle-arithmetic.js';
import type { AngleOperator } from './angle-arithmetic.js';
import { CircuitError } from './circuit-error.js';
import type { Angle, AngleExpression, AngleFunction } from './circuit.js';
import { didYouMean } from '../kit/nearest-word.js';

/** By the index of the parameter. */
export type ParameterValues = ArrayLike<number>;

/** A value and its derivative by one parameter (dual numbers: exact, one walk). */
export interface Slope {
  readonly value: number;
  readonly derivative: number;
}

function valueOfParameter(index: number, values: ParameterValues): number {
  const value = values[index];
  if (value !== undefined && Number.isFinite(value)) return value;
  const message =
    value === undefined
      ? `parameter ${index} of the circuit has no value: bind all of them`
      : `parameter ${index} of the circuit is ${value}: bind a finite number`;
  throw new CircuitError({ code: value === undefined ? 'MISSING_PARAMETER' : 'BAD_VALUE', message });
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new CircuitError({
    code: 'BAD_VALUE',
    message: `an angle became ${value} with these parameters: it divides by zero or leaves the domain of a function`,
  });
}

function walk(angle: Angle, values: ParameterValues): number {
  if (typeof angle === 'number') return angle;
  switch (angle.kind) {
    case 'parameter':
      return valueOfParameter(angle.index, values);
    case 'negate':
      return -walk(angle.of, values);
    case 'binary':
      return applyOperator(angle.operator, walk(angle.left, values), walk(angle.right, values));
    case 'call':
      return angleFunctions[angle.name](walk(angle.argument, values));
  }
}

/** In radians. Fails with MISSING_PARAMETER or BAD_VALUE. */
export function evaluateAngle(angle: Angle, values: ParameterValues): number {
  return typeof angle === 'number' ? angle : finite(walk(angle, values));
}

const slopes: Readonly<Record<AngleFunction, (at: number) => number>> = {
  sin: Math.cos,
  cos: (at) => -Math.sin(at),
  tan: (at) => 1 + Math.tan(at) ** 2,
  arcsin: (at) => 1 / Math.sqrt(1 - at * at),
  arccos: (at) => -1 / Math.sqrt(1 - at * at),
  arctan: (at) => 1 / (1 + at * at),
  exp: Math.exp,
  ln: (at) => 1 / at,
  sqrt: (at) => 0.5 / Math.sqrt(at),
};

/** Terms that do not move are left out: `0 ** 2` has a slope although ln 0 has no value. */
function slopeOfPower(left: Slope, right: Slope): number {
  const byBase =
    left.derivative === 0 || right.value === 0
      ? 0
      : right.value * left.value ** (right.value - 1) * left.derivative;
  const byExponent =
    right.derivative === 0 ? 0 : left.value ** right.value * Math.log(left.value) * right.derivative;
  return byBase + byExponent;
}

function slopeOf(operator: AngleOperator, left: Slope, right: Slope): number {
  switch (operator) {
    case '+':
      return left.derivative + right.derivative;
    case '-':
      return left.derivative - right.derivative;
    case '*':
      return left.derivative * right.value + left.value * right.derivative;
    case '/':
      return (left.derivative * right.value - left.value * right.derivative) / right.value ** 2;
    case '^':
      return slopeOfPower(left, right);
  }
}

function walkSlope(angle: Angle, values: ParameterValues, by: number): Slope {
  if (typeof angle === 'number') return { value: angle, derivative: 0 };
  switch (angle.kind) {
    case 'parameter':
      return { value: valueOfParameter(angle.index, values), derivative: angle.index === by ? 1 : 0 };
    case 'negate': {
      const { value, derivative } = walkSlope(angle.of, values, by);
      return { value: -value, derivative: -derivative };
    }
    case 'binary': {
      const [left, right] = [walkSlope(angle.left, values, by), walkSlope(angle.right, values, by)];
      return {
        value: applyOperator(angle.operator, left.value, right.value),
        derivative: slopeOf(angle.operator, left, right),
      };
    }
    case 'call': {
      const at = walkSlope(angle.argument, values, by);
      const derivative = at.derivative === 0 ? 0 : slopes[angle.name](at.value) * at.derivative;
      return { value: angleFunctions[angle.name](at.value), derivative };
    }
  }
}

/** By the parameter of that index. Fails as `evaluateAngle` does, also where there is no finite derivative. */
export function differentiateAngle(angle: Angle, values: ParameterValues, by: number): Slope {
  const { value, derivative } = walkSlope(angle, values, by);
  return { value: finite(value), derivative: finite(derivative) };
}

function collect(angle: AngleExpression, found: Set<number>): void {
  if (angle.kind === 'parameter') found.add(angle.index);
  const parts: readonly Angle[] =
    angle.kind === 'negate'
      ? [angle.of]
      : angle.kind === 'binary'
        ? [angle.left, angle.right]
        : angle.kind === 'call'
          ? [angle.argument]
          : [];
  for (const part of parts) if (typeof part !== 'number') collect(part, found);
}

/** The indices of the parameters that an angle depends on. */
export function parametersOfAngle(angle: Angle): ReadonlySet<number> {
  const found = new Set<number>();
  if (typeof angle !== 'number') collect(angle, found);
  return found;
}

/**
 * Values by name become values by index: every parameter one finite number, and no other names. What is not given is taken
 * from `offered`, where other names do no harm.
 */
export function bindParameters(
  names: readonly string[],
  given: Readonly<Record<string, number>>,
  offered: Readonly<Record<string, number>> = {},
): Float64Array {
  for (const name of Object.keys(given))
    if (!names.includes(name))
      throw new CircuitError({
        code: 'UNKNOWN_PARAMETER',
        message: `the circuit has no parameter ${name}${hint(name, names)}`,
      });
  return Float64Array.from(names, (name) => {
    const from = Object.hasOwn(given, name) ? given : offered;
    const value = Object.hasOwn(from, name) ? from[name] : undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new CircuitError({
      code: value === undefined ? 'MISSING_PARAMETER' : 'BAD_VALUE',
      message: `parameter ${name} ${value === undefined ? 'has no value' : `is ${String(value)}`}: give it a finite number`,
    });
  });
}

function hint(name: string, names: readonly string[]): string {
  const meant = didYouMean(name, names);
  return meant === undefined ? '' : `: ${meant}`;
}
