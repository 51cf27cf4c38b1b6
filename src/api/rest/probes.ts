/**
 * The routes that answer without GraphQL, because they must answer while nothing else does: liveness, readiness and
 * Prometheus text. Called by register-rest.ts.
 */
import type { HealthFace } from '../graphql/health/faces.js';
import type { FaceRoute } from './route.js';

/** The face of `Metrics` that this door reads. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

const JSON_TYPE = 'application/json; charset=utf-8';

export async function probe(
  face: FaceRoute['face'],
  health: HealthFace,
  metrics: MetricsText,
): Promise<ProbeAnswer> {
  if (face === 'prometheus') return { status: 200, type: metrics.contentType, body: await metrics.text() };
  if (face === 'live') return { status: 200, type: JSON_TYPE, body: { status: 'live' } };
  const { ready, status, checks } = await health.report();
  const shown = checks.map(({ name, ok, detail }) => ({ name, ok, detail }));
  return { status: ready ? 200 : 503, type: JSON_TYPE, body: { status, ready, checks: shown } };
}
