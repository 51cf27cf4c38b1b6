/** The whole orchestrator over one store against the model: random histories, compared with what is stored after every step. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Disagreement } from './agreement.js';
import { Model } from './model.js';
import type { ModelWorlds } from './model-world.js';
import { requests } from './requests.js';
import { attemptEnds, restarts, sessionBreaks, type Step, timePasses } from './steps.js';
import { System } from './system.js';
import { together } from './together.js';

export interface Effort {
  readonly runs: number;
  readonly steps: number;
}

const { MODEL_SEED, MODEL_PATH, MODEL_REPLAY, MODEL_RUNS } = process.env;
const FIRST_SEED = 1;
/** A busy machine does fewer runs, not a failing test; who asks for more runs has the time. */
const SEARCH_MS = MODEL_RUNS === undefined ? 30_000 : 3_600_000;
/** What was found is then made as short as it gets in this time. */
const SHRINK_MS = 60_000;

const STEPS = [
  ...requests,
  ...Array.from({ length: 14 }, () => attemptEnds),
  ...[together, together, together, together],
  ...[timePasses, timePasses, timePasses, restarts, restarts, sessionBreaks].map((step) => fc.constant(step)),
];

export function modelConformance(name: string, open: () => Promise<ModelWorlds>, effort: Effort): void {
  describe(name, () => {
    let worlds: ModelWorlds;
    beforeAll(async () => {
      worlds = await open();
    });
    afterAll(() => worlds.close());

    it('does to every task what the model says, whatever is asked and whatever happens', {
      timeout: 2 * (SEARCH_MS + SHRINK_MS),
    }, async () => {
      const replayPath = MODEL_REPLAY;
      const histories = fc.commands(STEPS, { maxCommands: effort.steps, size: 'max', replayPath });
      const property = fc.asyncProperty(histories, (history) => lived(worlds, history));
      const found = await fc.check(property, {
        seed: Number(MODEL_SEED ?? FIRST_SEED),
        path: MODEL_PATH,
        numRuns: Number(MODEL_RUNS ?? effort.runs),
        interruptAfterTimeLimit: SEARCH_MS,
        endOnFailure: true,
      });
      if (!found.failed) return;
      const shortest = MODEL_REPLAY === undefined ? await shrunk(property, found) : found;
      throw new Error(await report(name, shortest));
    });
  });
}

/** The same failure, shorter; or as it was found, when it does not come again. */
async function shrunk<T>(
  property: fc.IAsyncProperty<T>,
  found: fc.RunDetailsCommon<T>,
): Promise<fc.RunDetailsCommon<T>> {
  const { seed, counterexamplePath } = found;
  const path = counterexamplePath ?? '';
  const shorter = await fc.check(property, { seed, path, interruptAfterTimeLimit: SHRINK_MS });
  return shorter.failed ? shorter : found;
}

async function lived(worlds: ModelWorlds, history: Iterable<Step>): Promise<void> {
  const real = await System.start(worlds);
  try {
    await fc.asyncModelRun(() => ({ model: new Model(), real }), history);
  } finally {
    await real.close();
  }
}

/** The story of the shortest failing run, and how to see it again. */
async function report<T>(name: string, details: fc.RunDetailsCommon<T>): Promise<string> {
  const { errorInstance } = details;
  const story = errorInstance instanceof Disagreement ? errorInstance.message : String(errorInstance);
  const replay = /replayPath="([^"]*)"/.exec(String(details.counterexample))?.[1];
  const settings = `MODEL_SEED=${details.seed} MODEL_PATH=${details.counterexamplePath} MODEL_REPLAY=${replay}`;
  const found = (await fc.asyncDefaultReportMessage(details as fc.RunDetails<T>)) ?? '';
  return `${story}\nreplay with ${settings} npx vitest run test/conformance -t '${name}'\n${found}`;
}
