/** Levels come and go by evidence only, and the ledger tells every change again. */
import { describe, expect, it } from 'vitest';
import { Evolution } from '../../../../src/consciousness/evolution/evolution.js';
import { replay } from '../../../../src/consciousness/evolution/replay-ledger.js';
import type { Observation, RunObservation } from '../../../../src/consciousness/evolution/evidence.js';
import { entryOf, exitOf } from '../../../../src/consciousness/evolution/gates.js';
import { LEVELS, powersOf } from '../../../../src/consciousness/evolution/level.js';
import type { Level } from '../../../../src/consciousness/evolution/level.js';
import {
  type EvolutionSettings,
  type EvolutionState,
  isTransition,
  type LedgerLine,
} from '../../../../src/consciousness/evolution/ledger.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { normal } from '../../../support/consciousness/streams.js';

const MINUTE = 60_000;
const GOOD: RunObservation = {
  ...{ kind: 'RUN', predictions: 20, covered: 18, overMedian: 0.4, overStatic: 0.1, overSingle: 0.2 },
  decisions: 20,
};

/** An evolution with its ledger, and a clock of one minute an observation. */
class Life {
  readonly ledger: LedgerLine[] = [];
  readonly evolution: Evolution;
  #now = 0;

  constructor(settings: Partial<EvolutionSettings> = {}) {
    const { evolution, line } = Evolution.start({ initialLevel: 'BASIC', evolutionRate: 1, ...settings }, 0);
    this.evolution = evolution;
    this.ledger.push(line);
  }

  see(observation: Observation, times = 1): this {
    for (let i = 0; i < times; i++) {
      this.#now += MINUTE;
      this.ledger.push(...this.evolution.observe(observation, this.#now));
    }
    return this;
  }

  force(to: Level, acceptRisk: boolean): this {
    const request = { to, who: 'ada', why: 'a rehearsal', acceptRisk };
    this.ledger.push(...this.evolution.force(request, this.#now));
    return this;
  }

  get transitions(): string[] {
    return this.ledger.flatMap(({ entry }) =>
      'from' in entry ? [`${entry.kind} ${entry.from} ${entry.to}`] : [],
    );
  }

  get evidence(): ReturnType<Evolution['snapshot']>['evidence'] {
    return this.evolution.snapshot().evidence;
  }
}

function metacognitive(): Life {
  return new Life().see(GOOD, 40).see({ kind: 'DRIFT_DRILL', found: true }).see(GOOD, 20);
}

function transcendent(): Life {
  const life = metacognitive();
  life.see({ kind: 'POLICIES', probabilities: [0.6, 0.4], explorationShare: 0.01 }).see(GOOD, 40);
  for (let i = 0; i < 60; i++) {
    life.see({ kind: 'JOINT_EPISODE', gain: 0.15 });
    life.see({ kind: 'LEFT_OUT', signal: 'layers', loss: 0.1 });
    life.see({ kind: 'LEFT_OUT', signal: 'bad windows', loss: 0.2 });
  }
  return life;
}

describe('the levels', () => {
  it('may do what those beneath them may, and more', () => {
    for (let i = 1; i < LEVELS.length; i++) {
      const [less, more] = [powersOf(LEVELS[i - 1] as Level), powersOf(LEVELS[i] as Level)];
      expect(more.slice(0, less.length)).toEqual(less);
      expect(more.length).toBeGreaterThan(less.length);
    }
  });

  it('are climbed one gate after the other, each with its evidence', () => {
    const life = transcendent();
    expect(life.transitions).toEqual([
      'PROMOTED BASIC COGNITIVE',
      'PROMOTED COGNITIVE METACOGNITIVE',
      'PROMOTED METACOGNITIVE QUANTUM',
      'PROMOTED QUANTUM TRANSCENDENT',
    ]);
    for (const { entry } of life.ledger)
      if (entry.kind === 'PROMOTED') {
        expect(entry.because).not.toEqual([]);
        expect(entry.because.every(({ met }) => met)).toBe(true);
      }
  });

  it.each<[string, Partial<RunObservation>]>([
    ['predictions that are not better than the median', { overMedian: 0 }],
    ['a makespan that is worse than the static rule', { overStatic: -0.1 }],
    ['too few predictions', { predictions: 1, covered: 1 }],
  ])('COGNITIVE is not entered with %s', (_what, run) => {
    expect(new Life().see({ ...GOOD, ...run }, 90).evolution.active).toBe('BASIC');
  });

  it.each<[string, Partial<RunObservation>, boolean]>([
    ['intervals that cover too much', { covered: 20 }, true],
    ['intervals that cover too little', { covered: 16 }, true],
    ['champions no better than one model', { overSingle: 0 }, true],
    ['a drift that was not found', {}, false],
  ])('METACOGNITIVE is not entered with %s', (_what, run, found) => {
    const life = new Life().see({ kind: 'DRIFT_DRILL', found }).see({ ...GOOD, ...run }, 100);
    expect(life.evolution.active).toBe('COGNITIVE');
  });

  it.each<[string, Observation]>([
    ['one policy that dominates', { kind: 'POLICIES', probabilities: [0.95, 0.05], explorationShare: 0 }],
    [
      'exploring that costs too much',
      { kind: 'POLICIES', probabilities: [0.5, 0.5], explorationShare: 0.03 },
    ],
  ])('QUANTUM is not entered with %s', (_what, policies) => {
    expect(metacognitive().see(policies).see(GOOD, 60).evolution.active).toBe('METACOGNITIVE');
  });

  it('wait for 500 decisions as METACOGNITIVE, whatever was decided before', () => {
    const life = metacognitive();
    life.see({ kind: 'POLICIES', probabilities: [0.5, 0.5], explorationShare: 0 });
    while (life.evolution.active === 'METACOGNITIVE') life.see(GOOD);
    expect(life.evolution.active).toBe('QUANTUM');
    expect(life.evidence.metacognitiveDecisions).toBeGreaterThanOrEqual(500);
    expect(life.evidence.metacognitiveDecisions).toBeLessThan(60 * 20);
  });
});

describe('a level is left', () => {
  it.each<[Level, string, Observation, number]>([
    ['BASIC', 'three of five runs slower than the static twin', { ...GOOD, overStatic: -0.06 }, 3],
    ['COGNITIVE', 'intervals that no longer cover', { ...GOOD, covered: 15 }, 20],
    ['COGNITIVE', 'false drift alarms', { kind: 'DRIFT_REVIEW', observations: 4_000, falseAlarms: 2 }, 1],
    [
      'METACOGNITIVE',
      'exploring over budget',
      { kind: 'POLICIES', probabilities: [0.5, 0.5], explorationShare: 0.03 },
      1,
    ],
    ['QUANTUM', 'a worse tail', { kind: 'TAIL', ratio: 1.06 }, 1],
    ['QUANTUM', 'planning together that became worse', { kind: 'JOINT_EPISODE', gain: -0.9 }, 30],
    ['QUANTUM', 'a signal that is better left out', { kind: 'LEFT_OUT', signal: 'layers', loss: -0.9 }, 40],
  ])('for %s on %s', (to, _why, observation, times) => {
    const life = transcendent();
    for (let i = 0; i < times && life.evolution.active === 'TRANSCENDENT'; i++) life.see(observation);
    expect(life.transitions.at(-1)).toBe(`DEMOTED TRANSCENDENT ${to}`);
    expect(life.evolution.active).toBe(to);
  });

  it('and entered again on new evidence only', () => {
    const life = new Life().see(GOOD, 40).see({ ...GOOD, overStatic: -0.06 }, 3);
    expect(life.evolution.active).toBe('BASIC');
    expect(life.see(GOOD, 5).evolution.active).toBe('BASIC');
    expect(life.see(GOOD, 40).evolution.active).toBe('COGNITIVE');
  });

  it('with the words "no measurable gain" when many comparisons prove none', () => {
    const life = new Life().see(GOOD, 40);
    const random = new SeededRandom('no gain');
    for (let i = 0; i < 400; i++)
      life.see({ kind: 'ABLATION', level: 'COGNITIVE', gain: 0.05 * normal(random) });
    const last = life.ledger.at(-1)?.entry;
    expect(last).toMatchObject({ kind: 'DEMOTED', to: 'BASIC', because: [{ name: 'no measurable gain' }] });
  });

  it('never for want of comparisons, nor when they prove a gain', () => {
    const life = new Life().see(GOOD, 40).see({ kind: 'ABLATION', level: 'COGNITIVE', gain: 0.1 }, 500);
    expect(life.evolution.active).toBe('COGNITIVE');
  });
});

describe('a level that was given', () => {
  it('acts on probation, and is kept when it is earned in time', () => {
    const life = new Life({ initialLevel: 'COGNITIVE' });
    expect(life.evolution.active).toBe('COGNITIVE');
    life.see(GOOD, 220);
    expect(life.transitions).toEqual(['PROMOTED BASIC COGNITIVE']);
  });

  it('falls to what is earned when probation ends without proof', () => {
    const life = new Life({ initialLevel: 'QUANTUM' }).see({ ...GOOD, overSingle: 0 }, 200);
    expect(life.transitions).toEqual(['PROMOTED BASIC COGNITIVE', 'PROBATION_FAILED QUANTUM COGNITIVE']);
  });

  it('by force runs in shadow, with who, why and what it lacks, until the gate passes', () => {
    const life = new Life().force('COGNITIVE', false);
    expect([life.evolution.active, life.evolution.shadow]).toEqual(['BASIC', 'COGNITIVE']);
    expect(life.ledger.at(-1)?.entry).toMatchObject({
      ...{ kind: 'SHADOWED', who: 'ada', why: 'a rehearsal' },
      missing: entryOf('COGNITIVE', life.evidence),
    });
    life.see(GOOD, 40);
    expect([life.evolution.active, life.evolution.shadow]).toEqual(['COGNITIVE', null]);
  });

  it('by force at the caller’s risk acts at once, and reverse evidence still ends it', () => {
    const life = new Life().force('METACOGNITIVE', true);
    expect(life.evolution.active).toBe('METACOGNITIVE');
    life.see({ ...GOOD, overStatic: -0.2 }, 3);
    expect(life.transitions).toEqual(['RISK_TAKEN BASIC METACOGNITIVE', 'DEMOTED METACOGNITIVE BASIC']);
  });

  it('can be lowered by anybody at once', () => {
    const life = metacognitive().force('BASIC', false);
    expect(life.evolution.active).toBe('BASIC');
    expect(life.transitions.at(-1)).toBe('LOWERED METACOGNITIVE BASIC');
  });
});

describe('the rate of evolution', () => {
  it('is the number of windows in an hour, at the end of which levels are raised', () => {
    const life = new Life({ evolutionRate: 0.1 }).see(GOOD, 59);
    const promoted = life.ledger.find(({ entry }) => entry.kind === 'PROMOTED');
    expect((promoted?.atMs ?? 0) % (10 * MINUTE)).toBe(0);
  });

  it('of 0 raises nothing, whatever is shown', () => {
    expect(new Life({ evolutionRate: 0 }).see(GOOD, 300).evolution.active).toBe('BASIC');
  });
});

describe('the ledger', () => {
  /** A life of chance: gains that come and go, people who force, time that passes. */
  function randomLife(seed: number): Life {
    const random = new SeededRandom(`life ${seed}`);
    const life = new Life({ evolutionRate: 0.5, initialLevel: random.pick(LEVELS) });
    for (let i = 0; i < 400; i++) {
      const gain = (0.15 + 0.2 * Math.sin(i / 60)) * random.next();
      life.see({ ...GOOD, overStatic: gain, overMedian: gain, overSingle: gain });
      if (random.next() < 0.02) life.see({ kind: 'DRIFT_DRILL', found: random.next() < 0.8 });
      if (random.next() < 0.05)
        life.see({ kind: 'POLICIES', probabilities: [0.5, 0.5], explorationShare: 0.03 * random.next() });
      if (random.next() < 0.01) life.force(random.pick(LEVELS), random.next() < 0.5);
    }
    return life;
  }

  it('tells every change again from its inputs alone, byte for byte', () => {
    for (let seed = 0; seed < 20; seed++) {
      const life = randomLife(seed);
      const again = replay(JSON.parse(JSON.stringify(life.ledger)) as LedgerLine[]);
      expect(JSON.stringify(again.lines)).toBe(JSON.stringify(life.ledger));
      expect(JSON.stringify(again.evolution.snapshot())).toBe(JSON.stringify(life.evolution.snapshot()));
      expect(life.ledger.map(({ number }) => number)).toEqual(life.ledger.map((_, at) => at));
    }
  });

  it('tells every change again though all observations are gone that no change followed from', () => {
    let changes = 0;
    for (let seed = 0; seed < 6; seed++) {
      const { ledger } = randomLife(seed);
      const isSpare = ({ number, entry }: LedgerLine): boolean => {
        const next = ledger[number + 1]?.entry.kind;
        const frequent = ['OBSERVED', 'PASSED'];
        return frequent.includes(entry.kind) && (next === 'CHECKPOINT' || frequent.includes(next ?? ''));
      };
      const kept = ledger.filter((line) => !isSpare(line));
      expect(kept.length).toBeLessThan(ledger.length / 2);
      const told = new Map(replay(kept).lines.map((line) => [line.number, JSON.stringify(line)]));
      for (const line of ledger.filter(({ entry }) => isTransition(entry))) {
        expect(told.get(line.number)).toBe(JSON.stringify(line));
        changes++;
      }
    }
    expect(changes).toBeGreaterThan(30);
  });

  it('is not believed where a checkpoint is another one, or nothing is left of what led to a change', () => {
    const { ledger } = randomLife(1);
    const at = ledger.findIndex(({ entry }) => entry.kind === 'CHECKPOINT');
    const line = ledger[at] as LedgerLine & { entry: { state: EvolutionState } };
    const entry = { kind: 'CHECKPOINT', state: { ...line.entry.state, probationRuns: 199 } } as const;
    const forged = ledger.with(at, { ...line, entry });
    expect(() => replay(forged)).toThrow(`the checkpoint before line ${at + 1} is not what`);
    const bare = ledger.filter(({ number, entry: { kind } }) => number === 0 || kind === 'PROMOTED');
    expect(() => replay(bare)).toThrow('nothing is left of what led to line');
  });

  it('has a checkpoint before every ten thousandth line, and can be told from any of them on', () => {
    const life = new Life({ evolutionRate: 0, initialLevel: 'BASIC' });
    for (let run = 0; run < 25_000; run++) life.see({ kind: 'TAIL', ratio: 1 + (run % 7) / 100 });
    const checkpoints = life.ledger.filter(({ entry }) => entry.kind === 'CHECKPOINT');
    expect(checkpoints.map(({ number }) => number)).toEqual([10_000, 20_000]);
    const [start] = life.ledger;
    const again = replay([start as LedgerLine, ...life.ledger.slice(20_000)]);
    expect(JSON.stringify(again.evolution.snapshot())).toBe(JSON.stringify(life.evolution.snapshot()));
  });

  it('goes on from a snapshot as if it had never stopped', () => {
    const life = metacognitive();
    const restored = Evolution.restore(JSON.parse(JSON.stringify(life.evolution.snapshot())));
    const at = life.evolution.snapshot().windowEndsMs + 1;
    expect(restored.observe(GOOD, at)).toEqual(life.evolution.observe(GOOD, at));
    expect(restored.pass(at + MINUTE)).toEqual(life.evolution.pass(at + MINUTE));
  });

  it('says why a level is not left either', () => {
    expect(exitOf('COGNITIVE', metacognitive().evidence).some(({ met }) => met)).toBe(false);
    expect(exitOf('BASIC', metacognitive().evidence)).toEqual([]);
  });
});
