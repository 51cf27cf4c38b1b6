/** Angles of parameters: their values, their slopes against finite differences, and what binding refuses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callAngle,
  combineAngles,
  negateAngle,
  parameterAngle,
} from '../../../src/quantum/angle-arithmetic.js';
import type { AngleOperator } from '../../../src/quantum/angle-arithmetic.js';
import {
  bindParameters,
  differentiateAngle,
  evaluateAngle,
  parametersOfAngle,
} from '../../../src/quantum/angle.js';
import { CircuitError } from '../../../src/quantum/circuit-error.js';
import type { Angle, AngleFunction } from '../../../src/quantum/circuit.js';

const smooth: AngleFunction[] = ['sin', 'cos', 'arctan', 'exp'];

/** Without poles: every one has a slope everywhere near 0. */
const { angle: angles } = fc.letrec<{ angle: Angle }>((tie) => ({
  angle: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'angle' },
    fc.constantFrom<Angle>(parameterAngle(0), parameterAngle(1), 0.5, -2),
    fc
      .tuple(fc.constantFrom<AngleOperator>('+', '-', '*'), tie('angle'), tie('angle'))
      .map(([operator, a, b]) => combineAngles(operator, a, b)),
    fc
      .tuple(fc.constantFrom(...smooth), tie('angle'))
      .map(([name, of]) => callAngle(name, callAngle('sin', of))),
    tie('angle').map(negateAngle),
    tie('angle').map((of) => combineAngles('^', callAngle('exp', callAngle('sin', of)), 2)),
    tie('angle').map((of) => combineAngles('/', of, callAngle('exp', callAngle('cos', of)))),
  ),
}));
const values = fc.tuple(
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc.double({ min: -2, max: 2, noNaN: true }),
);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CircuitError) return error.code;
    throw error;
  }
  return 'none';
}

describe('the slope of an angle', () => {
  it('is that of finite differences', () => {
    fc.assert(
      fc.property(angles, values, (angle, [a, b]) => {
        const step = 1e-5;
        const { value, derivative } = differentiateAngle(angle, [a, b], 0);
        const [above, below] = [evaluateAngle(angle, [a + step, b]), evaluateAngle(angle, [a - step, b])];
        fc.pre(Math.abs(value) < 1e3 && Math.abs(derivative) < 1e3);
        expect(value).toBe(evaluateAngle(angle, [a, b]));
        expect(Math.abs((above - below) / (2 * step) - derivative)).toBeLessThan(
          1e-4 * Math.max(1, Math.abs(derivative)) ** 3,
        );
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Angle, number]>([
    ['tan', callAngle('tan', parameterAngle(0)), 1 + Math.tan(0.4) ** 2],
    ['arcsin', callAngle('arcsin', parameterAngle(0)), 1 / Math.sqrt(1 - 0.16)],
    ['arccos', callAngle('arccos', parameterAngle(0)), -1 / Math.sqrt(1 - 0.16)],
    ['ln', callAngle('ln', parameterAngle(0)), 2.5],
    ['sqrt', callAngle('sqrt', parameterAngle(0)), 0.5 / Math.sqrt(0.4)],
    ['a power', combineAngles('^', parameterAngle(0), 3), 3 * 0.16],
    ['an exponent', combineAngles('^', 2, parameterAngle(0)), 2 ** 0.4 * Math.LN2],
    ['a quotient', combineAngles('/', 1, parameterAngle(0)), -1 / 0.16],
    ['a constant', 3, 0],
  ])('of %s is the one of the textbook', (_, angle, slope) => {
    expect(differentiateAngle(angle, [0.4], 0).derivative).toBeCloseTo(slope, 12);
    expect(differentiateAngle(angle, [0.4, 1], 1).derivative).toBe(0);
  });

  it('exists where a power is of zero', () => {
    expect(differentiateAngle(combineAngles('^', parameterAngle(0), 2), [0], 0)).toEqual({
      value: 0,
      derivative: 0,
    });
  });
});

describe('an angle', () => {
  it('has no value without those of its parameters, and none that is not finite', () => {
    expect(codeOf(() => evaluateAngle(parameterAngle(1), [1]))).toBe('MISSING_PARAMETER');
    expect(codeOf(() => evaluateAngle(parameterAngle(0), [Number.NaN]))).toBe('BAD_VALUE');
    expect(codeOf(() => evaluateAngle(combineAngles('/', 1, parameterAngle(0)), [0]))).toBe('BAD_VALUE');
    expect(codeOf(() => differentiateAngle(callAngle('sqrt', parameterAngle(0)), [0], 0))).toBe('BAD_VALUE');
  });

  it('knows its parameters', () => {
    const angle = combineAngles('+', callAngle('sin', parameterAngle(3)), negateAngle(parameterAngle(1)));
    expect([...parametersOfAngle(angle)].toSorted()).toEqual([1, 3]);
    expect(parametersOfAngle(2).size).toBe(0);
  });
});

describe('binding parameters', () => {
  it('puts values into the order of the names', () => {
    expect(bindParameters(['a', 'b'], { b: 2, a: 1 })).toEqual(Float64Array.of(1, 2));
  });

  it.each<[string, Record<string, number>, string]>([
    ['missing', { a: 1 }, 'MISSING_PARAMETER'],
    ['unknown', { a: 1, b: 2, c: 3 }, 'UNKNOWN_PARAMETER'],
    ['infinite', { a: 1, b: Infinity }, 'BAD_VALUE'],
    ['a text', { a: 1, b: '2' as unknown as number }, 'BAD_VALUE'],
    ['inherited', { a: 1, __proto__: { b: 2 } } as unknown as Record<string, number>, 'MISSING_PARAMETER'],
  ])('refuses a value that is %s', (_, given, code) => {
    expect(codeOf(() => bindParameters(['a', 'b'], given))).toBe(code);
  });
});
