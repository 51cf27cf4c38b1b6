/**
 * Angles are made here, by the parser and the builder: what is constant is folded at once, the rest becomes an expression
 * of the circuit's parameters. Expressions share parts, so their size as a tree is remembered and can be bounded.
 */
import type { Angle, AngleExpression, AngleFunction } from './circuit.js';

export type AngleOperator = Extract<AngleExpression, { kind: 'binary' }>['operator'];

/** Nodes of the tree, shared parts counted as often as they are met: what an evaluation costs. */
const sizes = new WeakMap<AngleExpression, number>();

export function sizeOfAngle(angle: Angle): number {
  return typeof angle === 'number' ? 1 : (sizes.get(angle) ?? 1);
}

function sized(expression: AngleExpression, size: number): AngleExpression {
  sizes.set(expression, size);
  return expression;
}

export function applyOperator(operator: AngleOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '^':
      return left ** right;
  }
}

export const angleFunctions: Readonly<Record<AngleFunction, (value: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  exp: Math.exp,
  ln: Math.log,
  sqrt: Math.sqrt,
};

export function parameterAngle(index: number): Angle {
  return { kind: 'parameter', index };
}

export function negateAngle(of: Angle): Angle {
  return typeof of === 'number' ? -of : sized({ kind: 'negate', of }, sizeOfAngle(of) + 1);
}

export function combineAngles(operator: AngleOperator, left: Angle, right: Angle): Angle {
  if (typeof left === 'number' && typeof right === 'number') return applyOperator(operator, left, right);
  const size = sizeOfAngle(left) + sizeOfAngle(right) + 1;
  return sized({ kind: 'binary', operator, left, right }, size);
}

export function callAngle(name: AngleFunction, argument: Angle): Angle {
  if (typeof argument === 'number') return angleFunctions[name](argument);
  return sized({ kind: 'call', name, argument }, sizeOfAngle(argument) + 1);
}
