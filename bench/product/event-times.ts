/** Notes when the product announces an event, which is right after its commit; and, for meshes, when they had ended. */
import { now } from './clock.js';

interface Announced {
  readonly seq: number;
  readonly type: string;
  readonly meshId: string;
}

interface Announcer {
  publish(batch: readonly Announced[]): void;
}

export class EventTimes {
  #at: [seq: number, at: number][] = [];
  readonly #endedAt = new Map<string, number>();
  readonly #waiting = new Map<string, () => void>();

  static of(bus: Announcer): EventTimes {
    const times = new EventTimes();
    const { publish } = bus;
    bus.publish = function (this: Announcer, batch) {
      if ('seq' in (batch[0] ?? {})) times.#note(batch);
      publish.call(this, batch);
    };
    return times;
  }

  /** By seq, and forgotten afterwards. */
  take(): [seq: number, at: number][] {
    const taken = this.#at;
    this.#at = [];
    return taken;
  }

  async ended(meshId: string): Promise<number> {
    if (!this.#endedAt.has(meshId)) await new Promise<void>((resolve) => this.#waiting.set(meshId, resolve));
    return this.#endedAt.get(meshId) as number;
  }

  #note(batch: readonly Announced[]): void {
    const at = now();
    for (const { seq, type, meshId } of batch) {
      this.#at.push([seq, at]);
      if (type !== 'MESH_COMPLETED') continue;
      this.#endedAt.set(meshId, at);
      this.#waiting.get(meshId)?.();
    }
  }
}
