/**
 * A layer whose attempts are spans of their trace, and whose work is told of the span in its environment or its headers. Put
 * around the layers of a server and around what a node runs with, where tracing is enabled.
 */
import type { Tracer } from '../kit/trace/tracer.js';
import type { StopSignal } from '../kit/stop.js';
import type { Outcome } from '../lifecycle/task.js';
import type { AttemptSink, AttemptStart } from '../work/attempt.js';
import type { Layer } from './layer.js';

/** `name`: of the span. All but the start of an attempt is the layer's own. */
export function tracedLayer<L extends Layer>(layer: L, tracer: Tracer, name: string): L {
  const start = async (attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> => {
    const span = tracer.start(name, {
      parent: attempt.traceparent,
      kind: layer.remote === undefined ? 'INTERNAL' : 'PRODUCER',
      attributes: { 'taskmesh.layer': layer.name, 'taskmesh.node': attempt.node },
    });
    const outcome = await layer.start({ ...attempt, traceparent: span.traceparent }, signal, sink);
    span.end(
      outcome.kind === 'COMPLETED' ? undefined : `${outcome.failure.code}: ${outcome.failure.message}`,
    );
    return outcome;
  };
  return new Proxy(layer, {
    get(target, member) {
      if (member === 'start') return start;
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
