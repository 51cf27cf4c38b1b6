/** How much has been learned and how well it predicts, asked at each scrape. */
import { Gauge, type Registry } from 'prom-client';

/** Errors and shares are relative; null: nothing was scored yet. */
export interface LearningMeasure {
  readonly observations: number;
  readonly medianApe: number | null;
  readonly mape: number | null;
  readonly accuracy: number | null;
  readonly coverageRecent: number | null;
  /** By model: of how many kinds of task it is the champion. */
  readonly champions: Readonly<Record<string, number>>;
  readonly trainingCount: number;
  readonly trainingSeconds: number;
  /** Parameters that are tuned by what gets done, as they are now. */
  readonly tuned: readonly { readonly parameter: string; readonly scope: string; readonly value: number }[];
}

export class LearningMetrics {
  #measure: () => LearningMeasure | undefined = () => undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    const measure = (): LearningMeasure | undefined => this.#measure();
    const gauge = (name: string, help: string, of: (measure: LearningMeasure) => number | null): void => {
      new Gauge({
        name: `taskmesh_learning_${name}`,
        help,
        registers,
        collect() {
          this.reset();
          const now = measure();
          const value = now === undefined ? null : of(now);
          if (value !== null) this.set(value);
        },
      });
    };
    gauge('observations', 'Attempts that were learned from.', (now) => now.observations);
    gauge(
      'error_median',
      'Median error of predicted run times, as a share of what came (last 1,000).',
      (now) => now.medianApe,
    );
    gauge('error_mean', 'Mean error of predicted run times, as a share of what came.', (now) => now.mape);
    gauge('accuracy', 'Share of predicted run times within a quarter of what came.', (now) => now.accuracy);
    gauge('coverage', 'Share of run times between p05 and p95 (last 500).', (now) => now.coverageRecent);
    gauge('trainings', 'Trainings that ended on this server.', (now) => now.trainingCount);
    gauge('training_seconds', 'Time those trainings took.', (now) => now.trainingSeconds);
    new Gauge({
      name: 'taskmesh_learning_tuned',
      help: 'Value in force of a parameter that is tuned by what gets done.',
      labelNames: ['parameter', 'scope'],
      registers,
      collect() {
        this.reset();
        for (const { parameter, scope, value } of measure()?.tuned ?? [])
          this.set({ parameter, scope }, value);
      },
    });
    new Gauge({
      name: 'taskmesh_learning_champion_kinds',
      help: 'Kinds of task whose run times this model predicts best.',
      labelNames: ['model'],
      registers,
      collect() {
        this.reset();
        for (const [model, count] of Object.entries(measure()?.champions ?? {})) this.set({ model }, count);
      },
    });
  }

  from(supplier: () => LearningMeasure): void {
    this.#measure = supplier;
  }
}
