import { describe, expect, it } from 'vitest';
import { abortSignalOf, Stop, type StopSignal } from '../../../src/kit/stop.js';

const kinds: Readonly<Record<string, () => { signal: StopSignal; abort(reason: unknown): void }>> = {
  'the light stop': () => {
    const stop = new Stop();
    return { signal: stop, abort: (reason) => stop.abort(reason) };
  },
  'a light stop by itself, below another': () => {
    const stop = new Stop(new Stop());
    return { signal: stop, abort: (reason) => stop.abort(reason) };
  },
  'a light stop below one that stops': () => {
    const parent = new Stop();
    return { signal: new Stop(parent), abort: (reason) => parent.abort(reason) };
  },
  'a light stop below an AbortSignal': () => {
    const controller = new AbortController();
    return { signal: new Stop(controller.signal), abort: (reason) => controller.abort(reason) };
  },
  AbortSignal: () => {
    const controller = new AbortController();
    return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
  },
};

describe.each(Object.entries(kinds))('%s', (_, make) => {
  it('tells every listener once, with the reason that came first', () => {
    const { signal, abort } = make();
    const heard: unknown[] = [];
    signal.addEventListener('abort', () => heard.push(['a', signal.reason]), { once: true });
    signal.addEventListener('abort', () => heard.push(['b', signal.reason]), { once: true });
    abort('CANCELLED');
    abort('SHUTDOWN');
    expect(heard).toEqual([
      ['a', 'CANCELLED'],
      ['b', 'CANCELLED'],
    ]);
    expect([signal.aborted, signal.reason]).toEqual([true, 'CANCELLED']);
  });

  it('does not tell who has left, nor who comes afterwards', () => {
    const { signal, abort } = make();
    let heard = 0;
    const listener = (): void => {
      heard++;
    };
    signal.addEventListener('abort', listener, { once: true });
    signal.removeEventListener('abort', listener);
    abort('CANCELLED');
    signal.addEventListener('abort', listener, { once: true });
    expect(heard).toBe(0);
  });

  it('can be had as the real one, before and after', () => {
    const { signal, abort } = make();
    const before = abortSignalOf(signal);
    expect(before.aborted).toBe(false);
    abort('TIMED_OUT');
    for (const real of [before, abortSignalOf(signal)]) {
      expect(real).toBeInstanceOf(AbortSignal);
      expect([real.aborted, real.reason]).toEqual([true, 'TIMED_OUT']);
    }
  });
});

describe('a light stop below another', () => {
  it('keeps the reason that came first, and leaves the other alone', () => {
    const parent = new Stop();
    const [one, other] = [new Stop(parent), new Stop(parent)];
    const heard: unknown[] = [];
    for (const stop of [one, other]) stop.addEventListener('abort', () => heard.push(stop.reason));
    one.abort('SHUTDOWN');
    expect([parent.aborted, other.aborted, heard]).toEqual([false, false, ['SHUTDOWN']]);
    parent.abort('CANCELLED');
    one.abort('TIMED_OUT');
    expect([one.reason, other.reason, heard]).toEqual(['SHUTDOWN', 'CANCELLED', ['SHUTDOWN', 'CANCELLED']]);
  });

  it('is forced also after it was told to stop, once, and the other knows nothing of that', () => {
    const parent = new Stop();
    const stop = new Stop(parent);
    const heard: string[] = [];
    stop.addEventListener('abort', () => heard.push(`abort ${String(stop.reason)} ${stop.forced}`));
    stop.addEventListener('force', () => heard.push(`force ${String(stop.reason)} ${stop.forced}`));
    parent.abort('CANCELLED');
    expect(heard).toEqual(['abort CANCELLED false']);
    stop.force('LOST');
    stop.force('LOST');
    expect(heard.slice(1)).toEqual(['force CANCELLED true']);
    expect(parent.forced).toBe(false);
  });

  it('is told to stop when it is forced and was not before', () => {
    const stop = new Stop();
    const heard: string[] = [];
    stop.addEventListener('abort', () => heard.push(`abort ${String(stop.reason)} ${stop.forced}`));
    stop.addEventListener('force', () => heard.push('force'));
    stop.force('LOST');
    expect(heard).toEqual(['abort LOST true', 'force']);
  });

  it('tells nobody once what listened has ended', () => {
    const parent = new Stop();
    const stop = new Stop(parent);
    let heard = 0;
    stop.addEventListener('abort', () => heard++);
    stop.forget();
    parent.abort('CANCELLED');
    expect([heard, stop.aborted]).toEqual([0, true]);
  });
});
