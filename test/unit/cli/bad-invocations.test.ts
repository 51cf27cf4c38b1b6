/** Every bad invocation of the table ends with its exit code and one clear message, without a stack. */
import { describe, expect, it } from 'vitest';
import { badInvocations } from '../../api/bad-input/cli-table.js';
import { runHere } from './cli-run.js';

describe('a bad invocation', () => {
  it('has at least 20 rows in the table', () => {
    expect(badInvocations.length).toBeGreaterThanOrEqual(20);
  });

  it.each(badInvocations)('ends well: $title', async ({ argv, files, env, exitCode, says }) => {
    const run = await runHere(argv, { files, env });
    expect(run.stdout + run.stderr).toMatch(says);
    expect(run.exitCode).toBe(exitCode);
    expect(run.stdout + run.stderr).not.toMatch(/\n {4}at |\u001b/);
    if (argv.includes('--json')) expect(() => JSON.parse(run.stdout) as unknown).not.toThrow();
  });
});
