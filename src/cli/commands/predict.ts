/** `taskmesh predict FILE`: what the server expects of each task of a mesh file. Touches nothing. */
import { PredictTaskDocument, type PredictTaskQuery } from '../../generated/graphql/graphql.js';
import { connect } from '../client/connect.js';
import { loadMesh, taskDefaults } from '../mesh-source.js';
import { showSeconds } from '../output/duration.js';
import { table } from '../output/table.js';
import type { Verb } from '../verb.js';
import { percent } from './models.js';

type Expected = PredictTaskQuery['predict'];

export async function predict(verb: Verb, file: string): Promise<void> {
  const settings = verb.settings();
  const source = { cwd: verb.shell.cwd, defaults: taskDefaults(settings.config) };
  const { input } = await loadMesh(file, source);
  const client = await connect(settings);
  const tasks: { readonly key: string; readonly expected: Expected }[] = [];
  for (const { dependsOn: _, ...task } of input.tasks) {
    const { predict: expected } = await client.request(PredictTaskDocument, {
      input: { task: { ...task, name: task.name ?? task.key }, meshName: input.name },
    });
    tasks.push({ key: task.key, expected });
  }
  verb.answer(
    tasks.map(({ key, expected }) => ({ key, ...expected })),
    () =>
      table([
        ['TASK', 'EXPECTED', 'FROM', 'TO', 'MODEL', 'RISK', 'BEST LAYER'],
        ...tasks.map(({ key, expected }) => [key, ...cellsOf(expected)]),
      ]),
  );
}

function cellsOf({ runSeconds, failureProbability, layers }: Expected): string[] {
  const best = layers[0]?.layer ?? '-';
  if (runSeconds == null) return ['unknown', '-', '-', '-', percent(failureProbability), best];
  const { p05, p50, p95, model } = runSeconds;
  return [showSeconds(p50), showSeconds(p05), showSeconds(p95), model, percent(failureProbability), best];
}
