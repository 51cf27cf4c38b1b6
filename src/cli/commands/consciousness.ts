/** `taskmesh consciousness`: the level, what the next one still needs, and what decisions came to. */
import { ConsciousnessStateDocument, type ConsciousnessStateQuery } from '../../generated/graphql/graphql.js';
import { connect } from '../client/connect.js';
import { table } from '../output/table.js';
import type { Verb } from '../verb.js';

type State = ConsciousnessStateQuery['consciousness'];

export async function consciousness(verb: Verb): Promise<void> {
  const client = await connect(verb.settings());
  const { consciousness: state } = await client.request(ConsciousnessStateDocument, {});
  verb.answer(state, () =>
    [levelLine(state), ...worth(state), ...missing(state), ...tallies(state), ...policies(state)].join('\n'),
  );
}

function levelLine({ enabled, level, earned, shadow, synchronisation: { lagEvents } }: State): string {
  if (!enabled) return 'off (consciousness.enabled = false)';
  const given = level === earned ? 'earned' : `on probation, ${earned} is earned`;
  const thought = shadow == null ? '' : `; ${shadow} in shadow`;
  return `${level} (${given})${thought}, ${lagEvents} events behind`;
}

/** Of levels that were compared with the one beneath. */
function worth({ levels }: State): string[] {
  const rows = levels.flatMap(({ level, gain: { comparisons, mean, from, to, verdict } }) => {
    if (mean == null || from == null || to == null) return [];
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    const interval = `${percent(mean)} [${percent(from)}, ${percent(to)}]`;
    return [[level, interval, String(comparisons), verdict.toLowerCase().replaceAll('_', ' ')]];
  });
  return rows.length === 0 ? [] : ['', table([['LEVEL', 'GAIN', 'COMPARISONS', ''], ...rows])];
}

function missing({ levels }: State): string[] {
  const next = levels.find(({ earned }) => !earned);
  if (next === undefined) return [];
  const rows = next.entry.map(({ name, met, has, needs }) => [met ? 'yes' : 'no', name, has, needs]);
  return ['', `to earn ${next.level}:`, table([['MET', 'REQUIREMENT', 'THERE IS', 'NEEDED'], ...rows])];
}

function policies({ policies: held }: State): string[] {
  if (held.length === 0) return [];
  const rows = held.map(({ context, name, amplitude, probability, meanCost, idle }) => [
    ...[context, name, amplitude.toFixed(2), `${(100 * probability).toFixed(0)} %`],
    ...[`${(100 * (Math.exp(meanCost) - 1)).toFixed(1)} %`, idle ? 'idle' : 'drawn'],
  ]);
  const head = ['MESHES', 'ORDER', 'AMPLITUDE', 'BEST WITH', 'MAKESPAN OVER STATIC', ''];
  return ['', table([head, ...rows])];
}

function tallies({ decisions }: State): string[] {
  if (decisions.length === 0) return [];
  const rows = decisions.map(({ kind, mode, made, vetoed, affected, saved, regret }) => [
    ...[kind, mode, String(made), String(vetoed), String(affected), saved.toFixed(1), regret.toFixed(1)],
  ]);
  const head = ['DECISION', 'MODE', 'MADE', 'VETOED', 'STARTS', 'SAVED ATTEMPTS', 'REGRET S'];
  return ['', table([head, ...rows])];
}
