/** The limit of an attempt's log. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { AttemptLog } from '../../../src/work/attempt-log.js';
import { RecordingSink } from '../../support/work/fixtures.js';

const clock = new VirtualClock();

it('stamps lines with the wall clock, the stream and the level of the line', () => {
  const sink = new RecordingSink();
  new AttemptLog(sink, clock).write('STDERR', 'ERROR: no');
  expect(sink.lines).toEqual([{ at: clock.wall(), stream: 'STDERR', level: 'ERROR', text: 'ERROR: no' }]);
});

it('ends with one mark when it is full, and drops the rest', () => {
  const sink = new RecordingSink();
  const log = new AttemptLog(sink, clock, 10 * 1_048_576);
  const line = 'x'.repeat(1_000);
  for (let i = 0; i < 11_000; i++) log.write('STDOUT', line);
  expect(log.isFull).toBe(true);
  expect(sink.lines.at(-1)).toMatchObject({ stream: 'LOG', level: 'WARN', text: 'log truncated at 10 MB' });
  expect(sink.texts('LOG')).toHaveLength(1);
  const kept = sink.texts('STDOUT').join('').length;
  expect(kept).toBeGreaterThan(9.5 * 1_048_576);
  expect(kept).toBeLessThanOrEqual(10 * 1_048_576);
});

it('is filled by empty lines too', () => {
  const sink = new RecordingSink();
  const log = new AttemptLog(sink, clock, 3_200);
  for (let i = 0; i < 1_000; i++) log.write('STDOUT', '');
  expect(sink.texts('STDOUT')).toHaveLength(100);
  expect(sink.texts('LOG')).toEqual(['log truncated at 3200 bytes']);
});
