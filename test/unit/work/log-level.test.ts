/** The level a captured line gets, by the rule in log-level.ts. */
import { expect, it } from 'vitest';
import { levelOf } from '../../../src/work/log-level.js';
import { cpuMsOf } from '../../support/cpu-time.js';

it.each([
  ['plain text', 'INFO', 'WARN'],
  ['', 'INFO', 'WARN'],
  ['ERROR something broke', 'ERROR', 'ERROR'],
  ['error: something broke', 'ERROR', 'ERROR'],
  ['[warn] careful', 'WARN', 'WARN'],
  ['WARNING:root:message', 'WARN', 'WARN'],
  ['Debug: detail', 'DEBUG', 'DEBUG'],
  ['trace x', 'DEBUG', 'DEBUG'],
  ['notice: hm', 'INFO', 'INFO'],
  ['CRITICAL - disk', 'ERROR', 'ERROR'],
  ['2024-05-01T10:00:00.123Z INFO ready', 'INFO', 'INFO'],
  ['2024-05-01 10:00:00,123 ERROR failed', 'ERROR', 'ERROR'],
  ['errors: 0', 'INFO', 'WARN'],
  ['information', 'INFO', 'WARN'],
  ['an error in the middle', 'INFO', 'WARN'],
  ['{"level":50,"time":1,"msg":"x"}', 'ERROR', 'ERROR'],
  ['{"level":40}', 'WARN', 'WARN'],
  ['{"level":20}', 'DEBUG', 'DEBUG'],
  ['{"time":1,"level":"warn"}', 'WARN', 'WARN'],
  ['{"severity": "ERROR", "message": "x"}', 'ERROR', 'ERROR'],
  ['{"level":"constructor"}', 'INFO', 'WARN'],
  ['{"no":"level"}', 'INFO', 'WARN'],
])('%j is %s on stdout and %s on stderr', (text, onStdout, onStderr) => {
  expect(levelOf(text, 'STDOUT')).toBe(onStdout);
  expect(levelOf(text, 'STDERR')).toBe(onStderr);
});

it('costs the same however long the line is', () => {
  const long = `${'1:'.repeat(40_000)} {"level":`.repeat(4);
  const looks = () => {
    for (let i = 0; i < 2_000; i++) levelOf(long, 'STDOUT');
  };
  expect(cpuMsOf(looks)).toBeLessThan(2_000);
});
