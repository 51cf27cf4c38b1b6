/** Goes through all paths of an execution that can happen, depth first, each with its probability. Called for exact results. */
import type { Execution } from './execution.js';

interface Choice {
  readonly probabilities: readonly number[];
  index: number;
}

/** Calls `visit` after each path, while the final state stands in memory; false when there are more than `pathsMax`. */
export function forEachPath(
  execution: Execution,
  bits: number,
  pathsMax: number,
  visit: (probability: number) => void,
): number | false {
  const choices: Choice[] = [];
  for (let count = 0; ; count++) {
    if (count === pathsMax) return false;
    let depth = 0;
    execution.run(bits, (probabilities) => {
      if (depth === choices.length) choices.push({ probabilities, index: nextPossible(probabilities, 0) });
      return (choices[depth++] as Choice).index;
    });
    visit(
      choices.reduce((product, { probabilities, index }) => product * (probabilities[index] as number), 1),
    );
    if (!advance(choices)) return count + 1;
  }
}

function nextPossible(probabilities: readonly number[], from: number): number {
  return probabilities.findIndex((p, index) => index >= from && p > 0);
}

function advance(choices: Choice[]): boolean {
  for (let choice = choices.pop(); choice !== undefined; choice = choices.pop()) {
    const index = nextPossible(choice.probabilities, choice.index + 1);
    if (index < 0) continue;
    choices.push({ probabilities: choice.probabilities, index });
    return true;
  }
  return false;
}
