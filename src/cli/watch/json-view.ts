/** A mesh as JSON lines, one per change, for programs. Made by `viewFor`; the result line is the verb's. */
import type { MeshState, TaskChange, TaskWord } from './mesh-state.js';
import type { View } from './view.js';

export class JsonView implements View {
  constructor(private readonly line: (value: unknown) => void) {}

  started({ id, name, status, tasks, path }: MeshState): void {
    this.line({ type: 'started', meshId: id, name, status, tasks: tasks.size, criticalPath: path ?? null });
  }

  changed({ task, from, to, seq, at }: TaskChange): void {
    this.line({
      type: 'task',
      seq,
      at: new Date(at).toISOString(),
      taskId: task.id,
      key: task.key,
      from,
      to,
    });
  }

  said({ task, fraction, message, at }: TaskWord): void {
    const { id: taskId, key } = task;
    this.line({ type: 'progress', at: new Date(at).toISOString(), taskId, key, fraction, message });
  }

  connection(lost: boolean): void {
    this.line({ type: lost ? 'disconnected' : 'reconnected' });
  }

  finished(): void {}
}
