/** The bandit against known environments: regret, transfer between types; and who compares places by what was regretted. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/kit/json.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { PlaceBandit } from '../../../../src/learning/bandit/place-bandit.js';
import { PlaceChooser } from '../../../../src/learning/bandit/place-chooser.js';
import { Learner } from '../../../../src/learning/learner.js';
import { Hierarchical } from '../../../../src/learning/linear/hierarchical.js';
import type { Belief, Model } from '../../../../src/learning/model.js';
import { type PlaceView, placeView, type TaskView, taskView } from '../../../../src/learning/view.js';
import { fastestMicroseconds, normalFrom } from '../../../support/learning/tables.js';

const NOMINAL: Readonly<Record<string, number>> = { local: 1, n1: 0.8, n2: 0.9, n3: 1.5 };
const PLACES = Object.entries(NOMINAL).map(([machine, nominal]) => placeView({ machine, nominal }));

/** Types whose factor at each place is another one than advertised, as tools are; sizes vary. */
class World {
  readonly #random: SeededRandom;
  readonly #factors = new Map<string, number>();

  constructor(seed: string) {
    this.#random = new SeededRandom(seed);
    const laws = this.#random.fork('laws');
    for (let type = 0; type < 12; type++)
      for (const { machine, nominal } of PLACES)
        this.#factors.set(`t${type} ${machine}`, nominal * Math.exp(0.35 * normalFrom(laws)));
  }

  task(): TaskView {
    const type = this.#random.int(12);
    const inputBytes = 1e6 * Math.exp(normalFrom(this.#random));
    return taskView({ typeKey: `t${type}`, toolKey: `tool${type % 4}`, inputBytes });
  }

  /** Seconds beside the run time. */
  waits(): number[] {
    return PLACES.map(() => Math.max(0, -5 * Math.log(1 - this.#random.next()) - 3));
  }

  /** Without noise, which is nobody's regret. */
  seconds({ typeKey, inputBytes }: TaskView, { machine }: PlaceView): number {
    const size = ((inputBytes as number) / 1e6) ** 0.6;
    return 30 * size * (this.#factors.get(`${typeKey} ${machine}`) as number);
  }

  noise(): number {
    return 0.08 * normalFrom(this.#random);
  }
}

/** Seconds paid over the least, minus 1, of so many choices by the least expected time; `learns`: it is taught what came. */
function regret(world: World, bandit: PlaceBandit, choices: number, learns = true): number {
  let [paid, least] = [0, 0];
  const belief = { mean: 0, sd: 1 };
  for (let i = 0; i < choices; i++) {
    const [task, waits] = [world.task(), world.waits()];
    const costs = PLACES.map((place, at) => (waits[at] as number) + world.seconds(task, place));
    const expected = PLACES.map((place, at) => {
      const isKnown = bandit.predict(task, place, belief);
      return (waits[at] as number) + (isKnown ? Math.exp(belief.mean) : 30 * place.nominal);
    });
    const chosen = expected.indexOf(Math.min(...expected));
    paid += costs[chosen] as number;
    least += Math.min(...costs);
    const place = PLACES[chosen] as PlaceView;
    if (learns) bandit.learn(task, place, Math.log(world.seconds(task, place)) + world.noise());
  }
  return paid / least - 1;
}

const meanOver = (seeds: number, of: (seed: string) => number): number =>
  Array.from({ length: seeds }, (_, seed) => of(`world ${seed}`)).reduce((sum, one) => sum + one, 0) / seeds;

describe('regret of the bandit', () => {
  it('is below 9 % over the first 600 choices and below 2 % later; by what is advertised it stays above 10 %', () => {
    const early = meanOver(4, (seed) => regret(new World(seed), new PlaceBandit(), 600));
    const late = meanOver(4, (seed) => {
      const [world, bandit] = [new World(seed), new PlaceBandit()];
      regret(world, bandit, 900);
      return regret(world, bandit, 600);
    });
    const advertised = meanOver(4, (seed) => regret(new World(seed), new PlaceBandit(), 600, false));
    expect(advertised).toBeGreaterThan(0.1);
    expect(early).toBeLessThan(0.09);
    expect(late).toBeLessThan(0.02);
  });
});

describe('what the bandit learns', () => {
  const task = (typeKey: string, toolKey: string): TaskView => taskView({ typeKey, toolKey });
  const [a, b] = [placeView({ machine: 'a' }), placeView({ machine: 'b' })];

  it('of a tool is what a type of it, of a place what every tool begins with', () => {
    const bandit = new PlaceBandit();
    for (let i = 0; i < 40; i++)
      for (const [place, seconds] of [
        [a, 10],
        [b, 20],
      ] as const) {
        bandit.learn(task('x', 'align'), place, Math.log(seconds));
        bandit.learn(task('z', 'sort'), place, Math.log(seconds / 4));
      }
    const ratio = (of: TaskView): number => {
      // once, so that it is known at all
      bandit.learn(of, a, Math.log(7));
      const [here, there] = [
        { mean: 0, sd: 1 },
        { mean: 0, sd: 1 },
      ];
      expect([bandit.predict(of, a, here), bandit.predict(of, b, there)]).toEqual([true, true]);
      return Math.exp(there.mean - here.mean);
    };
    expect(Math.abs(ratio(task('x', 'align')) - 2)).toBeLessThan(0.2);
    expect(ratio(task('new', 'align'))).toBeGreaterThan(ratio(task('newer', 'never')));
    expect(ratio(task('newest', 'nowhere'))).toBeGreaterThan(1.25);
  });

  it('is nothing of a type that never ran', () => {
    const into = { mean: 5, sd: 5 };
    expect(new PlaceBandit().predict(task('x', 'x'), a, into)).toBe(false);
    expect(into).toEqual({ mean: 5, sd: 5 });
  });

  it('goes on as before after it was stored and restored, and is asked within 15 µs', () => {
    const world = new World('stored');
    const [first, second] = [new PlaceBandit(), new PlaceBandit()];
    regret(world, first, 120);
    second.restore(JSON.parse(JSON.stringify(first.snapshot())) as Json);
    for (const one of [first, second]) regret(new World('again'), one, 80);
    expect(JSON.stringify(second.snapshot())).toBe(JSON.stringify(first.snapshot()));
    const [some, into] = [world.task(), { mean: 0, sd: 1 }];
    expect(fastestMicroseconds(() => first.predict(some, PLACES[0] as PlaceView, into), 500)).toBeLessThan(
      15,
    );
  });
});

describe('who compares places', () => {
  const [near, far] = [placeView({ machine: 'near' }), placeView({ machine: 'far' })];
  const task = (at: number): TaskView => taskView({ typeKey: 't', signature: `s${at % 20}` });
  const SECONDS = { near: 10, far: 20 } as Readonly<Record<string, number>>;

  /** Tasks that recur at two places; the second model knows which is the better one, the first has it the wrong way. */
  function judged(
    chooser: PlaceChooser,
    from: number,
    to: number,
    isFirstWrong: (at: number) => boolean,
  ): void {
    for (let at = from; at < to; at++) {
      const place = Math.floor(at / 20) % 2 === 0 ? near : far;
      chooser.observe(task(at), place, Math.log(SECONDS[place.machine] as number), (model, { machine }) => {
        const truth = SECONDS[machine] as number;
        return model === 0 && isFirstWrong(at) ? -truth : truth;
      });
    }
  }

  it('is the first until another is surely regretted less, and then that one', () => {
    const chooser = new PlaceChooser(2);
    judged(chooser, 0, 22, () => true);
    expect(chooser.inCharge).toBe(0);
    expect(chooser.regretOf(0)).toMatchObject({ n: 2, inCharge: true });
    expect(chooser.regretOf(0).regret).toBeCloseTo(1, 9);
    judged(chooser, 22, 60, () => true);
    expect(chooser.inCharge).toBe(1);
    expect(chooser.regretOf(1)).toMatchObject({ n: 40, regret: 0, inCharge: true });
    expect(chooser.regretOf(0).inCharge).toBe(false);
  });

  it('stays the first where both choose alike, and where only one place is known', () => {
    const chooser = new PlaceChooser(2);
    judged(chooser, 0, 20, () => true);
    expect(chooser.regretOf(0)).toEqual({ n: 0, regret: null, inCharge: true });
    judged(chooser, 20, 600, () => false);
    expect(chooser.inCharge).toBe(0);
    expect(chooser.regretOf(0)).toMatchObject({ n: 580, regret: 0 });
  });

  it('goes on as before after it was stored and restored', () => {
    const [first, second] = [new PlaceChooser(2), new PlaceChooser(2)];
    judged(first, 0, 50, (at) => at % 3 === 0);
    second.restore(JSON.parse(JSON.stringify(first.snapshot())) as Json);
    for (const one of [first, second]) judged(one, 50, 200, (at) => at % 3 === 0);
    expect(second.snapshot()).toEqual(first.snapshot());
  });

  it('is what a learner is asked when it compares places', () => {
    /** Has places the wrong way, whatever it is told. */
    class Contrary implements Model {
      readonly name = 'contrary';
      readonly family = 'BASELINE';
      readonly comparesPlaces = true;
      predict(_: TaskView, { machine }: PlaceView, into: Belief): boolean {
        into.mean = -(SECONDS[machine] as number);
        return true;
      }
      learn(): void {}
      snapshot(): Json {
        return null;
      }
      restore(): void {}
    }
    const learner = new Learner({
      models: [new Contrary(), new Hierarchical()],
      batchModels: [],
      features: [],
    });
    const compared = (): number => {
      const [here, there] = [
        { mean: 0, sd: 1 },
        { mean: 0, sd: 1 },
      ];
      learner.placeBelief(task(0), near, here);
      learner.placeBelief(task(0), far, there);
      return there.mean - here.mean;
    };
    for (let at = 0; at < 22; at++) learner.learn(task(at), at < 20 ? near : far, at < 20 ? 10 : 20);
    expect(compared()).toBe(-10);
    for (let at = 22; at < 160; at++) {
      const place = Math.floor(at / 20) % 2 === 0 ? near : far;
      learner.learn(task(at), place, SECONDS[place.machine] as number);
    }
    expect(learner.placeRegretOf('contrary')).toMatchObject({ inCharge: false });
    expect(compared()).toBeGreaterThan(0.3);
  });
});
