/**
 * Expressions become numbers, or expressions of the circuit's parameters. Called for every angle, index, size and bound of
 * a text. What has no finite value is a fault at its place.
 */
import { didYouMean } from '../../kit/nearest-word.js';
import { angleFunctions, callAngle, combineAngles, negateAngle, sizeOfAngle } from '../angle-arithmetic.js';
import type { Angle, AngleFunction } from '../circuit.js';
import { TextFault, quoted } from './fault.js';
import { type Budget, LIMITS } from './limits.js';
import type { Scope, Value } from './scope.js';
import type { Expression } from './syntax.js';

/** The names of both versions, and those that Qiskit takes beside them. */
const functionNames: Readonly<Record<string, AngleFunction>> = {
  ...Object.fromEntries(Object.keys(angleFunctions).map((name) => [name, name as AngleFunction])),
  asin: 'arcsin',
  acos: 'arccos',
  atan: 'arctan',
  log: 'ln',
};

export class Evaluator {
  constructor(
    readonly scope: Scope,
    readonly budget: Budget,
  ) {}

  angle(expression: Expression): Angle {
    return this.value(expression).angle;
  }

  /** A whole number, for sizes, indices and bounds; `what` names it in faults. */
  integer(expression: Expression, what: string): number {
    const { angle, integer } = this.value(expression);
    if (typeof angle !== 'number')
      throw new TextFault('BAD_VALUE', expression.at, `${what} has to be constant and depends on an input`);
    if (!integer && !(expression.kind === 'number' && Number.isSafeInteger(angle)))
      throw new TextFault('BAD_VALUE', expression.at, `${what} has to be a whole number and is ${angle}`);
    return angle;
  }

  value(expression: Expression): Value {
    this.budget.evaluation(expression.at);
    switch (expression.kind) {
      case 'number':
        return { angle: expression.value, integer: expression.integer };
      case 'name':
        return this.#named(expression.name, expression.at);
      case 'negate': {
        const { angle, integer } = this.value(expression.of);
        return { angle: negateAngle(angle), integer };
      }
      case 'binary':
        return this.#binary(expression);
      case 'call':
        return this.#call(expression);
    }
  }

  #named(name: string, at: number): Value {
    const found = this.scope.find(name);
    if (found !== undefined) return found;
    const hint = didYouMean(name, this.scope.names());
    const more = hint === undefined ? '' : `: ${hint}`;
    throw new TextFault('UNDECLARED_NAME', at, `${quoted(name)} has no value here${more}`);
  }

  #binary({ operator, left, right, at }: Extract<Expression, { kind: 'binary' }>): Value {
    const [a, b] = [this.value(left), this.value(right)];
    const whole = a.integer && b.integer;
    if (operator === '%') return { angle: this.#remainder(a.angle, b.angle, at), integer: whole };
    const angle = this.#finite(combineAngles(operator, a.angle, b.angle), at);
    if (!whole) return { angle, integer: false };
    if (operator === '/' && !Number.isInteger(angle))
      throw new TextFault(
        'BAD_VALUE',
        at,
        'OpenQASM 3 cuts the rest off when whole numbers are divided: write 1.0 / 2 for a half, or divide without rest',
      );
    return { angle, integer: Number.isSafeInteger(angle) };
  }

  #remainder(left: Angle, right: Angle, at: number): number {
    if (typeof left !== 'number' || typeof right !== 'number')
      throw new TextFault('UNSUPPORTED', at, '`%` is not supported for values that depend on an input');
    return this.#finite(left % right, at) as number;
  }

  #call({ name, arguments: given, at }: Extract<Expression, { kind: 'call' }>): Value {
    const wanted = name === 'pow' || name === 'mod' ? 2 : 1;
    const known = Object.hasOwn(functionNames, name) ? functionNames[name] : undefined;
    if (known === undefined && wanted === 1) {
      const hint = didYouMean(name, [...Object.keys(functionNames), 'pow', 'mod']);
      const more = hint === undefined ? '' : `: ${hint}`;
      throw new TextFault('UNDECLARED_NAME', at, `there is no function ${quoted(name)}${more}`);
    }
    if (given.length !== wanted)
      throw new TextFault(
        'WRONG_PARAMETER_COUNT',
        at,
        `${quoted(name)} takes ${wanted} and is given ${given.length}`,
      );
    const [first = 0, second = 0] = given.map((one) => this.angle(one));
    const angle =
      known !== undefined
        ? callAngle(known, first)
        : name === 'pow'
          ? combineAngles('^', first, second)
          : this.#remainder(first, second, at);
    return { angle: this.#finite(angle, at), integer: false };
  }

  #finite(angle: Angle, at: number): Angle {
    if (typeof angle === 'number') {
      if (Number.isFinite(angle)) return angle;
      throw new TextFault(
        'BAD_VALUE',
        at,
        'this has no finite value: it divides by zero or leaves the domain of a function',
      );
    }
    if (sizeOfAngle(angle) <= LIMITS.expression) return angle;
    throw new TextFault(
      'LIMIT',
      at,
      `an angle has more than ${LIMITS.expression} parts once parameters are put in`,
    );
  }
}
