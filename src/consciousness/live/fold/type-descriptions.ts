/**
 * What kinds of task are like, apart from how long they take: the words of the latest task and the mean of numbers that are known
 * before a start. Called by the fold with attempts that are looked at closely, and when it looks for groups of kinds.
 */
import { BoundedMap } from '../../../learning/bounded-map.js';
import { viewOfFacts } from '../../../learning/live/views.js';
import type { AttemptFacts } from '../../../store/learning.js';
import { TYPES_MAX, type TypeProfile as Described } from '../../patterns/behavioural/task-groups.js';
import type { TypeProfile } from './type-profile.js';

const TEXT_MAX = 500;
/** Of one with fewer completed attempts it is not known how long it takes. */
const COMPLETED_MIN = 5;

interface Description {
  readonly text: string;
  readonly seen: number;
  readonly features: readonly number[];
}

export type DescriptionsState = readonly (readonly [typeKey: string, description: Description])[];

export class TypeDescriptions {
  readonly #types = new BoundedMap<Description>(TYPES_MAX);

  constructor(state: DescriptionsState = []) {
    for (const [typeKey, description] of state) this.#types.set(typeKey, description);
  }

  snapshot(): DescriptionsState {
    return [...this.#types.entries()];
  }

  observe(facts: AttemptFacts): void {
    const { words, inputBytes, parents, children, cpus, memoryBytes } = viewOfFacts(facts);
    const now = [
      Math.log1p(inputBytes ?? 0),
      parents,
      children,
      Math.log1p(cpus ?? 0),
      Math.log1p(memoryBytes ?? 0),
    ];
    const { seen, features } = this.#types.get(facts.typeKey) ?? { seen: 0, features: now };
    this.#types.set(facts.typeKey, {
      text: words.slice(0, TEXT_MAX),
      seen: seen + 1,
      features: features.map((mean, at) => mean + ((now[at] as number) - mean) / (seen + 1)),
    });
  }

  /** With how long they take, of those of which that is known. */
  described(profileOf: (typeKey: string) => TypeProfile): Described[] {
    return [...this.#types.entries()].flatMap(([typeKey, { text, features }]) => {
      const { completed, logMean } = profileOf(typeKey);
      return completed < COMPLETED_MIN ? [] : [{ typeKey, text, features, logSeconds: logMean }];
    });
  }
}
