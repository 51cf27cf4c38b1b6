/** What is suggested for a mistyped word, and what is left alone because it is not near. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearestWord } from '../../../src/kit/nearest-word.js';

const keys = ['max_parallel_tasks', 'timeout_seconds', 'retry_attempts', 'port', 'HIGH', 'a'];

describe('the nearest word', () => {
  it.each([
    ['max_paralel_tasks', 'max_parallel_tasks'],
    ['timout_second', 'timeout_seconds'],
    ['retryattempts', 'retry_attempts'],
    ['prot', 'port'],
    ['HIHG', 'HIGH'],
    ['high', 'HIGH'],
    ['PORT', 'port'],
  ])('to %s is %s', (word, meant) => {
    expect(nearestWord(word, keys)).toBe(meant);
  });

  it.each(['', 'b', 'x', 'pit_stop', 'qwertyuiop', 'tasks'])('to %j is none', (word) => {
    expect(nearestWord(word, keys)).toBeUndefined();
  });

  it('is the one with the fewest edits, and of equals the first', () => {
    expect(nearestWord('task_count', ['task_counter', 'task_counts', 'task_amount'])).toBe('task_counts');
    expect(nearestWord('cable', ['table', 'fable'])).toBe('table');
  });

  it('may be any word with one edit for each four letters that were written', () => {
    const word = fc.stringMatching(/^[a-z_]{8,40}$/);
    fc.assert(
      fc.property(word, fc.infiniteStream(fc.nat()), (meant, places) => {
        const letters = [...meant];
        for (let edits = Math.floor(meant.length / 4); edits > 0; edits--) {
          letters[(places.next().value as number) % letters.length] = '#';
        }
        expect(nearestWord(letters.join(''), ['', '#', meant])).toBe(meant);
      }),
    );
  });

  it('is looked for in words of every length, but not for a word that nobody types', () => {
    expect(nearestWord('x'.repeat(64), ['x'.repeat(63)])).toBe('x'.repeat(63));
    expect(nearestWord('x'.repeat(65), ['x'.repeat(65)])).toBeUndefined();
  });
});

describe('the budget', () => {
  it('ends the search when it is spent, over all calls that share it', () => {
    const budget = { left: 3 };
    expect(nearestWord('tasks', ['masks', 'tusks'], budget)).toBe('masks');
    expect(budget.left).toBe(1);
    expect(nearestWord('tasks', ['xxxxx', 'tasks'], budget)).toBeUndefined();
    expect(budget.left).toBe(0);
    expect(nearestWord('tasks', ['tasks'], budget)).toBeUndefined();
  });

  it('is not spent on words whose length alone rules them out', () => {
    const budget = { left: 1 };
    expect(nearestWord('tasks', ['x'.repeat(20), 'taks'], budget)).toBe('taks');
  });
});

describe('the end of a message', () => {
  it('asks whether the nearest word was meant, or is not there', () => {
    expect(didYouMean('prot', keys)).toBe('did you mean port?');
    expect(didYouMean('qwertyuiop', keys)).toBeUndefined();
  });
});
