/** The last line of `.ci/run`: what it makes of the reports a test run can leave behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from './source-file.js';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly object[];
}

function count(report: Report | undefined, status: number): [line: string, status: number | null] {
  const directory = mkdtempSync(join(tmpdir(), 'taskmesh-count-'));
  try {
    const path = join(directory, 'tests.json');
    if (report !== undefined) writeFileSync(path, JSON.stringify(report));
    const script = join(projectRoot, '.ci/count.mjs');
    const ran = spawnSync(process.execPath, [script, path, String(status)], { encoding: 'utf8' });
    return [ran.stdout, ran.status];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const good = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const bad = { status: 'failed', assertionResults: [{ status: 'failed' }] };
const unloaded = { status: 'failed', assertionResults: [] };

it.each<[string, Report | undefined, number, string, number]>([
  ['all passed', { numPassedTests: 2, numFailedTests: 0, testResults: [good] }, 0, '2 passed, 0 failed', 0],
  [
    'one failed',
    { numPassedTests: 2, numFailedTests: 1, testResults: [good, bad] },
    1,
    '2 passed, 1 failed',
    1,
  ],
  [
    'a file did not load',
    { numPassedTests: 2, numFailedTests: 1, testResults: [bad, unloaded] },
    1,
    '2 passed, 2 failed',
    1,
  ],
  ['nothing ran', { numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0, '0 passed, 1 failed', 1],
  [
    'a leak after the last test',
    { numPassedTests: 2, numFailedTests: 0, testResults: [good] },
    1,
    '2 passed, 1 failed',
    1,
  ],
  ['no report', undefined, 124, '0 passed, 1 failed', 1],
])('%s', (_name, report, status, line, exit) => {
  expect(count(report, status)).toEqual([`${line}\n`, exit]);
});
