/** Where consciousness stands and what its decisions came to, asked at each scrape. */
import { Gauge, type Registry } from 'prom-client';

export interface DecisionMeasure {
  readonly kind: string;
  readonly mode: string;
  readonly open: number;
  readonly done: number;
  readonly vetoed: number;
  readonly undone: number;
  readonly affected: number;
  readonly saved: number;
  readonly scored: number;
  readonly regret: number;
  /** Its costs are shares of what the static rule costs, and no seconds. */
  readonly isRelative: boolean;
  readonly covered: number;
}

export interface ConsciousnessMeasure {
  /** 0 is BASIC, 4 TRANSCENDENT. */
  readonly level: number;
  readonly earned: number;
  readonly lagEvents: number;
  readonly patterns: number;
  readonly insights: number;
  readonly decisions: readonly DecisionMeasure[];
}

const OUTCOMES = ['open', 'done', 'vetoed', 'undone'] as const;

export class ConsciousnessMetrics {
  #measure: () => ConsciousnessMeasure | undefined = () => undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    const measure = (): ConsciousnessMeasure | undefined => this.#measure();
    const gauge = (name: string, help: string, of: (measure: ConsciousnessMeasure) => number): void => {
      new Gauge({
        name: `taskmesh_consciousness_${name}`,
        help,
        registers,
        collect() {
          this.reset();
          const now = measure();
          if (now !== undefined) this.set(of(now));
        },
      });
    };
    gauge('level', 'The level whose powers act: 0 is BASIC, 4 TRANSCENDENT.', (now) => now.level);
    gauge('level_earned', 'The highest level whose gate was passed.', (now) => now.earned);
    gauge('lag_events', 'Events of the history that were not looked at yet.', (now) => now.lagEvents);
    gauge('patterns', 'Patterns that hold now.', (now) => now.patterns);
    gauge('insights', 'Insights that were raised.', (now) => now.insights);
    this.#perDecision(registers, measure);
  }

  #perDecision(registers: Registry[], measure: () => ConsciousnessMeasure | undefined): void {
    new Gauge({
      name: 'taskmesh_consciousness_decisions',
      help: 'Decisions by kind, mode (acting, or only thought) and outcome.',
      labelNames: ['kind', 'mode', 'outcome'],
      registers,
      collect() {
        this.reset();
        for (const { kind, mode, ...counts } of measure()?.decisions ?? [])
          for (const outcome of OUTCOMES) this.set({ kind, mode, outcome }, counts[outcome]);
      },
    });
    const perKind = (name: string, help: string, of: (one: DecisionMeasure) => number | null): void => {
      new Gauge({
        name: `taskmesh_consciousness_decision_${name}`,
        help,
        labelNames: ['kind', 'mode'],
        registers,
        collect() {
          this.reset();
          for (const one of measure()?.decisions ?? []) {
            const value = of(one);
            if (value !== null) this.set({ kind: one.kind, mode: one.mode }, value);
          }
        },
      });
    };
    perKind('starts', 'Starts that decisions changed.', ({ affected }) => affected);
    perKind('saved_attempts', 'Attempts saved from failing, by estimate.', ({ saved }) => saved);
    perKind('regret_seconds', 'Cost less that of the static rule; below 0: it paid.', (one) =>
      one.isRelative ? null : one.regret,
    );
    perKind(
      'regret_shares',
      'Cost less that of the static rule, each as a share of that; below 0: it paid.',
      (one) => (one.isRelative ? one.regret : null),
    );
    perKind('coverage', 'Share of costs inside their interval of 90 %.', ({ scored, covered }) =>
      scored === 0 ? null : covered / scored,
    );
  }

  from(supplier: () => ConsciousnessMeasure | undefined): void {
    this.#measure = supplier;
  }
}
