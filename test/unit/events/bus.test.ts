/** The bus: order, bounds, and that one listener cannot harm another. */
import { describe, expect, it } from 'vitest';
import { Bus, type BusListener } from '../../../src/events/bus.js';

class Recorder implements BusListener<number> {
  readonly heard: (number | 'missed')[] = [];

  deliver(batch: readonly number[]): void {
    this.heard.push(...batch);
  }

  missed(): void {
    this.heard.push('missed');
  }
}

/** Turns of the event loop, by hand. */
function turns(): { later: (run: () => void) => void; turn: () => void; all: () => void } {
  const queue: (() => void)[] = [];
  const turn = (): void => queue.shift()?.();
  return {
    later: (run) => queue.push(run),
    turn,
    all: () => {
      while (queue.length > 0) turn();
    },
  };
}

describe('the bus', () => {
  it('delivers later, one batch per turn, in order', () => {
    const { later, turn } = turns();
    const bus = new Bus<number>({ later });
    const recorder = new Recorder();
    bus.subscribe(recorder);
    bus.publish([1, 2]);
    bus.publish([3]);
    expect(recorder.heard).toEqual([]);
    turn();
    expect(recorder.heard).toEqual([1, 2]);
    turn();
    expect(recorder.heard).toEqual([1, 2, 3]);
  });

  it('goes on when a listener throws, and reports it', () => {
    const { later, all } = turns();
    const errors: unknown[] = [];
    const bus = new Bus<number>({ later, onError: (error) => errors.push(error) });
    const recorder = new Recorder();
    bus.subscribe({
      deliver: () => {
        throw new Error('broken');
      },
      missed: () => undefined,
    });
    bus.subscribe(recorder);
    bus.publish([1]);
    bus.publish([2]);
    all();
    expect(recorder.heard).toEqual([1, 2]);
    expect(errors).toHaveLength(2);
  });

  it('drops what waits when too much waits, says so once, and goes on', () => {
    const { later, all } = turns();
    const bus = new Bus<number>({ later, itemsMax: 3 });
    const recorder = new Recorder();
    bus.subscribe(recorder);
    bus.publish([1, 2]);
    bus.publish([3, 4]);
    bus.publish([5]);
    all();
    expect(recorder.heard).toEqual(['missed', 5]);
    expect(bus.dropped).toBe(4);
  });

  it('keeps nothing when nobody listens, and nothing for who has left', () => {
    const { later, all } = turns();
    const bus = new Bus<number>({ later });
    bus.publish([1]);
    const recorder = new Recorder();
    const leave = bus.subscribe(recorder);
    leave();
    leave();
    bus.publish([2]);
    all();
    expect(recorder.heard).toEqual([]);
    expect(bus.listeners).toBe(0);
  });
});
