import { expect, it } from 'vitest';
import pino from 'pino';
import { Started } from '../../../src/app/started.js';
import { VirtualClock } from '../../../src/kit/clock.js';

const NEVER = new Promise<never>(() => {});
const GOODBYE_MS = 5000;
const LEAST_MS = 250;

function started(clock = new VirtualClock()) {
  const undone: string[] = [];
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const parts = new Started(clock);
  const add = (name: string, undo: () => Promise<unknown> = () => Promise.resolve(), msMax?: number): void =>
    parts.add(name, () => (undone.push(name), undo()), msMax);
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return { parts, add, undone, lines, log, pass };
}

it('parts are undone in reverse, also when one fails', async () => {
  const { parts, add, undone, lines, log } = started();
  add('first');
  add('second', () => Promise.reject(new Error('broken')));
  add('third');
  await parts.undo(log, 60_000);
  expect(undone).toEqual(['third', 'second', 'first']);
  expect(lines).toEqual([expect.stringContaining('"part":"second"')]);
});

it('a part that does not end holds the others up for as long as a goodbye, or as long as it said', async () => {
  const { parts, add, undone, lines, log, pass } = started();
  add('first');
  add('silent', () => NEVER);
  add('slow', () => NEVER, 8000);
  const undo = parts.undo(log, 60_000);
  await pass(7999);
  expect(undone).toEqual(['slow']);
  await pass(1);
  expect(undone).toEqual(['slow', 'silent']);
  await pass(GOODBYE_MS - 1);
  expect(undone).toEqual(['slow', 'silent']);
  await pass(1);
  await undo;
  expect(undone).toEqual(['slow', 'silent', 'first']);
  expect(lines.map((line) => (JSON.parse(line) as { part: string }).part)).toEqual(['slow', 'silent']);
});

it('all of them together have a bound, but for what ends by bounds of its own', async () => {
  const { parts, add, undone, log, pass } = started();
  let end = (): void => {};
  add('own', () => new Promise<void>((resolve) => (end = resolve)), Number.POSITIVE_INFINITY);
  for (let number = 0; number < 4; number++) add(`silent ${number}`, () => NEVER);
  const undo = parts.undo(log, 2 * GOODBYE_MS);
  await pass(GOODBYE_MS);
  await pass(GOODBYE_MS);
  expect(undone).toHaveLength(3);
  await pass(LEAST_MS);
  await pass(LEAST_MS);
  expect(undone.at(-1)).toBe('own');
  await pass(100 * GOODBYE_MS);
  let isOver = false;
  void undo.then(() => (isOver = true));
  await pass(0);
  expect(isOver).toBe(false);
  end();
  await undo;
});

it('what drains in two places has one time for both', async () => {
  const { parts, add, log, pass } = started();
  const left: number[] = [];
  add('work', async () => void left.push(parts.left(3000)));
  add('doors', () => NEVER, 2000);
  expect(parts.left(3000)).toBe(3000);
  const undo = parts.undo(log, 60_000);
  await pass(2000);
  await undo;
  expect(left).toEqual([1000]);
});
