/** HTTP requests by method, route pattern and status. The server tells of every answer; raw paths never become labels. */
import type { Registry } from 'prom-client';
import { LATENCY_SECONDS } from '../instrument/buckets.js';
import { Counter } from '../instrument/counter.js';
import { Histogram } from '../instrument/histogram.js';

export interface HttpAnswer {
  readonly method: string;
  /** The pattern that matched (`/tasks/:id`); undefined when none did. */
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export class HttpMetrics {
  readonly #requests: Counter;
  readonly #seconds: Histogram;

  constructor(registry: Registry) {
    this.#requests = new Counter(registry, {
      name: 'taskmesh_http_requests_total',
      help: 'HTTP requests answered, by method, route pattern and status.',
      labelNames: ['method', 'route', 'status'],
    });
    this.#seconds = new Histogram(registry, {
      name: 'taskmesh_http_request_seconds',
      help: 'Time from the arrival of a request to the end of its answer; streams count until they close.',
      labelNames: ['method', 'route'],
      buckets: LATENCY_SECONDS,
    });
  }

  answered({ method, route = 'unmatched', status, seconds }: HttpAnswer): void {
    const verb = METHODS.has(method) ? method : 'other';
    this.#requests.increase(1, verb, route, String(status));
    this.#seconds.observe(seconds, verb, route);
  }
}
