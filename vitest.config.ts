import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They start servers, and wait for half of their time. Those of minutes first: begun last, one would run alone at the end. */
const WAITING = ['/test/integration/cluster/', '/test/browser/', '/test/integration/'];
/** They use a processor all the time. */
const BUSY = ['/test/simulation/', ''];

/** Between every two files that wait come as many that do not: three workers then keep two processors busy. */
class Mixed extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isWaiting = ({ moduleId }: TestSpecification): boolean =>
      WAITING.some((part) => moduleId.includes(part));
    const waiting = ordered(files.filter(isWaiting), WAITING);
    const busy = ordered(
      files.filter((file) => !isWaiting(file)),
      BUSY,
    );
    const share = busy.length / Math.max(1, waiting.length);
    const mixed = waiting.flatMap((file, at) => [
      file,
      ...busy.slice(Math.round(at * share), Math.round((at + 1) * share)),
    ]);
    return Promise.resolve(waiting.length === 0 ? busy : mixed);
  }
}

function ordered(files: readonly TestSpecification[], parts: readonly string[]): TestSpecification[] {
  const rank = ({ moduleId }: TestSpecification): number =>
    parts.findIndex((part) => moduleId.includes(part));
  return [...files].sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
}

export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^graphql$/,
        replacement: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)),
      },
    ],
  },
  test: {
    globalSetup: ['test/support/build-setup.ts', 'test/support/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    // Only what hangs ever takes that long: on a machine that others use, a server starts ten times slower.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    pool: 'forks',
    // The sources are read once per worker, not once per file: 36 unit tests cost 10 s of processor instead of 28 s.
    isolate: false,
    // One more than the two processors of the smallest machine, because of those that wait.
    maxWorkers: 3,
    sequence: { sequencer: Mixed },
  },
});
