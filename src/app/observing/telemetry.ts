/** Opens tracing where it is enabled; only then its libraries are loaded. */
import type { Tracer } from '../../kit/trace/tracer.js';
import type { AppOptions } from '../app-options.js';
import type { Started } from '../started.js';

/** Undefined: nothing is traced. */
export async function openTracer(
  { config, version }: Pick<AppOptions, 'config' | 'version'>,
  started: Started,
): Promise<Tracer | undefined> {
  const { enabled, endpoint, headers, sampleRatio, intervalSeconds } = config.observability.tracing;
  if (!enabled) return undefined;
  const { OtelTracer } = await import('../../telemetry/otel-tracer.js');
  const { instanceName, environment } = config.general;
  const tracer = new OtelTracer({
    ...{ endpoint, headers, sampleRatio, delayMs: intervalSeconds * 1000 },
    service: { name: instanceName, version, environment },
  });
  started.add('traces', () => tracer.close());
  return tracer;
}
