/**
 * The tracer on OpenTelemetry, with spans sent in batches by OTLP over HTTP. Loaded by the composition root only where
 * `observability.tracing.enabled` says so, because the libraries cost 60 ms and 15 MB. A collector that is away costs its spans
 * and nothing else.
 */
import {
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { readTraceparent, type Span, type SpanOptions, type Tracer } from '../kit/trace/tracer.js';

export interface TelemetryOptions {
  /** Of the collector: `http://localhost:4318/v1/traces`. */
  readonly endpoint: string;
  /** Of the traces that begin here, the share that is kept; others follow who began them. */
  readonly sampleRatio: number;
  /** `name=value`, sent with every batch. */
  readonly headers: readonly string[];
  readonly service: { readonly name: string; readonly version: string; readonly environment: string };
  readonly delayMs: number;
}

const SEND_MS_MAX = 5_000;

export class OtelTracer implements Tracer {
  readonly #provider: BasicTracerProvider;
  readonly #tracer: ReturnType<BasicTracerProvider['getTracer']>;

  constructor({ endpoint, sampleRatio, headers, service, delayMs }: TelemetryOptions) {
    const exporter = new OTLPTraceExporter({
      url: endpoint,
      headers: Object.fromEntries(headers.map(splitHeader)),
      timeoutMillis: SEND_MS_MAX,
    });
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'taskmesh',
        'service.instance.id': service.name,
        'service.version': service.version,
        'deployment.environment.name': service.environment,
      }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
      spanProcessors: [
        new BatchSpanProcessor(exporter, {
          scheduledDelayMillis: delayMs,
          exportTimeoutMillis: SEND_MS_MAX,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('taskmesh', service.version);
  }

  start(
    name: string,
    { parent, link, kind = 'INTERNAL', attributes = {}, beganMsAgo = 0 }: SpanOptions,
  ): Span {
    const linked = spanContextOf(link);
    const links = linked === undefined ? [] : [{ context: linked }];
    const options = { kind: SpanKind[kind], attributes, links, startTime: Date.now() - beganMsAgo };
    const span = this.#tracer.startSpan(name, options, contextOf(parent));
    const { traceId, spanId, traceFlags } = span.spanContext();
    const flags = (traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
    return {
      ...{ traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` },
      end: (failure) => {
        if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
        span.end();
      },
    };
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    await this.#provider.shutdown();
  }
}

function contextOf(parent: string | undefined): Context {
  const context = spanContextOf(parent);
  return context === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, context);
}

function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const read = readTraceparent(traceparent);
  if (read === undefined) return undefined;
  const { traceId, spanId, isSampled } = read;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceFlags, isRemote: true };
}

function splitHeader(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
