/** `taskmesh models`: who predicts what, and how well. */
import { LearningModelsDocument } from '../../generated/graphql/graphql.js';
import { connect } from '../client/connect.js';
import { table } from '../output/table.js';
import type { Verb } from '../verb.js';

export async function models(verb: Verb): Promise<void> {
  const client = await connect(verb.settings());
  const { models: all } = await client.request(LearningModelsDocument, {});
  verb.answer(all, () =>
    table([
      [
        'MODEL',
        'FAMILY',
        'TARGET',
        'VERSION',
        'SCORED',
        'MEDIAN ERROR',
        'WITHIN 25 %',
        'CHAMPION OF',
        'PLACES',
      ],
      ...all.map(({ name, family, target, version, metrics, championCount, placeChoice }) => [
        name,
        family,
        target,
        String(version),
        String(metrics.n),
        percent(metrics.medianApe),
        percent(metrics.accuracy),
        championCount === 1 ? '1 kind' : `${championCount} kinds`,
        placesOf(placeChoice),
      ]),
    ]),
  );
}

/** The regret of its choices of places, and whether it is the one that chooses. */
function placesOf(
  choice: { readonly regret?: number | null; readonly inCharge: boolean } | null | undefined,
): string {
  if (choice == null) return '';
  const regret = choice.regret == null ? 'not judged yet' : `regret ${percent(choice.regret)}`;
  return choice.inCharge ? `${regret}, chooses` : regret;
}

export function percent(share: number | null | undefined): string {
  return share == null ? '-' : `${(100 * share).toFixed(1)} %`;
}
