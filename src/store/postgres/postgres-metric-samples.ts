/** What servers measured, in the table `metric_sample`. Made by the composition root over the shared pool. */
import type { JsonObject } from '../../kit/json.js';
import type { MetricSample, MetricSamples, SampleWish } from '../metric-samples.js';
import type { Queries } from './sessions/queries.js';
import { ADD_SAMPLE } from './sql/metrics/add-sample.js';
import { READ_SAMPLES } from './sql/metrics/read-samples.js';
import { fromStoredText, toStoredText } from './stored-text.js';

export class PostgresMetricSamples implements MetricSamples {
  readonly #pool: Queries;

  constructor(pool: Queries) {
    this.#pool = pool;
  }

  async add(server: string, metrics: JsonObject, keepDays: number): Promise<void> {
    const values = [toStoredText(server), JSON.stringify(metrics), keepDays];
    await this.#pool.query({ ...ADD_SAMPLE, values });
  }

  async read({ names, since, until, server, max }: SampleWish): Promise<MetricSample[]> {
    const values = [names, since, until, server === null ? null : toStoredText(server), max];
    const { rows } = await this.#pool.query<MetricSample>({ ...READ_SAMPLES, values });
    return rows.map((row) => ({ ...row, at: new Date(row.at), server: fromStoredText(row.server) }));
  }
}
