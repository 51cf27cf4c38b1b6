/**
 * Prints "N passed, N failed" from the JSON report of a test run, for `.ci/run`, and ends with 0 only if something passed
 * and nothing failed. A file that could not be loaded has no tests and counts as one failure, and so does a run that
 * ended badly with every test passed (a leaked process, an unhandled rejection) or left no report.
 */
import { readFileSync } from 'node:fs';

const [path, status] = process.argv.slice(2);

function readReport() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}

const report = readReport();
const unloaded = report.testResults.filter((file) => {
  return file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed');
});
const passed = report.numPassedTests;
const counted = report.numFailedTests + unloaded.length;
const failed = counted === 0 && (status !== '0' || passed === 0) ? 1 : counted;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
