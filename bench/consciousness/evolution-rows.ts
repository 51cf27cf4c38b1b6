/** The rows of the gate of evidence: how often it lets in what is no better, and how soon what is. */
import { gateTrials } from '../../test/support/consciousness/evolution-trials.js';
import { percent } from './row.js';
import type { Row } from './row.js';

const LOOKS = 3_000;

export function evolutionRows(simulations: number): Record<string, () => Row[]> {
  return {
    'false-promotions': () => [0.1, 1].map((rate) => falseRow(rate, simulations)),
    promotions: () =>
      [0.1, 1].flatMap((rate) => [0.1, 0.05, 0.03].map((effect) => row(effect, rate, simulations))),
  };
}

function falseRow(rate: number, simulations: number): Row {
  const { promoted } = gateTrials(0, { simulations, looksMax: LOOKS, rate });
  return {
    what: `false promotions in ${LOOKS} looks, evolution_rate ${rate}`,
    ...{ target: '<= 5 %', measured: percent(promoted), met: promoted <= 0.05 },
  };
}

function row(effect: number, rate: number, simulations: number): Row {
  const { looks, promoted } = gateTrials(effect, { simulations, looksMax: LOOKS, rate });
  const median = looks[looks.length >> 1] as number;
  const isTarget = effect === 0.1;
  return {
    what: `decisions until an effect of ${effect} is promoted, noise 0.3, evolution_rate ${rate}`,
    target: isTarget ? 'median <= 90' : '',
    measured: `median ${median}, promoted ${percent(promoted)}`,
    met: isTarget ? median <= 90 : null,
  };
}
