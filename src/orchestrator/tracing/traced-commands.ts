/**
 * Commands as spans, from the request to the commit that states it; what they submit carries the trace on, in the metadata of
 * its tasks, so that it is found again by whichever server and node runs them. Put around the commands by the composition root
 * where tracing is enabled.
 */
import { inSpan, currentSpan, type Tracer } from '../../kit/trace/tracer.js';
import type { Caller, Commands } from '../commands.js';
import type { CheckedTask } from '../definition/mesh-input.js';
import { everyCommand } from '../servers/relay-body.js';
import { firstTrace } from './task-trace.js';

type Command = (...args: readonly unknown[]) => Promise<unknown>;

export function tracedCommands(commands: Commands, tracer: Tracer): Commands {
  const carrying: Commands = {
    ...everyCommand((name) => (commands[name] as Command).bind(commands)),
    submitMesh: (caller, mesh, once) =>
      commands.submitMesh(caller, { ...mesh, tasks: mesh.tasks.map(carried) }, once),
    extendMesh: (caller, meshId, extension, once) =>
      commands.extendMesh(caller, meshId, { ...extension, tasks: extension.tasks.map(carried) }, once),
    createTask: (caller, meshId, extension, once) =>
      commands.createTask(caller, meshId, { ...extension, task: carried(extension.task) }, once),
  };
  return everyCommand(
    (name) =>
      (...args) =>
        inSpan(tracer, `commit ${name}`, { run: () => (carrying[name] as Command)(...asTraced(args)) }),
  );
}

function carried(task: CheckedTask): CheckedTask {
  return { ...task, spec: firstTrace(task.spec, currentSpan()?.traceparent) };
}

/** A server that leads may be another than the one that was asked, and makes the tasks of a rerun. */
function asTraced([caller, ...args]: readonly unknown[]): unknown[] {
  return [{ ...(caller as Caller), traceparent: currentSpan()?.traceparent }, ...args];
}
