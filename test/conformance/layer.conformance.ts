/**
 * What any layer must do, whatever it runs work on. Called by a test file per layer with a way to open one and with
 * works that this layer can run. It knows the contract `layer.ts` only.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/kit/json.js';
import type { Layer } from '../../src/layers/layer.js';
import type { Measured, Outcome } from '../../src/lifecycle/task.js';
import { LAYER_NAMES, LOG_LEVELS, LOG_STREAMS } from '../../src/lifecycle/vocabulary.js';
import type { Work } from '../../src/lifecycle/work.js';
import type { AbortReason } from '../../src/work/attempt.js';
import { until } from '../support/until.js';
import { abortable, attemptOf, RecordingSink } from '../support/work/fixtures.js';

export interface OpenLayer {
  readonly layer: Layer;
  close(): Promise<void>;
}

export interface LayerWorks {
  /** Completes with `output`. */
  readonly completing: { readonly work: Work; readonly output: Json };
  /** Completes with the value of `inputs.source.value`, by a template. */
  readonly echoing: Work;
  /** Fails with the code. */
  readonly failing: { readonly work: Work; readonly code: string };
  /** Logs these texts, in this order, then completes. */
  readonly speaking: { readonly work: Work; readonly texts: readonly string[] };
  /** Logs `ready` and goes on until it is stopped. */
  readonly endless: Work;
  /** The same, and ignores that it is told to stop. */
  readonly stubborn: Work;
  /** What this layer cannot run. */
  readonly foreign: Work;
}

function expectMeasured(measured: Measured): void {
  expect(measured.runMs).toBeGreaterThanOrEqual(0);
  for (const value of [measured.cpuMs, measured.memoryPeakBytes])
    if (value !== null) expect(value).toBeGreaterThanOrEqual(0);
  expect(measured.exitCode === null || Number.isInteger(measured.exitCode)).toBe(true);
}

function expectFailure(outcome: Outcome, kind: string, code: string): void {
  expect(outcome).toMatchObject({ kind, failure: { code } });
  if (outcome.kind !== 'COMPLETED') expect(outcome.failure.message).not.toBe('');
  expectMeasured(outcome.measured);
}

export function describeLayer(name: string, open: () => Promise<OpenLayer>, works: LayerWorks): void {
  describe(`${name} as a layer`, () => {
    let opened: OpenLayer;
    let layer: Layer;

    beforeAll(async () => {
      opened = await open();
      ({ layer } = opened);
    });
    afterAll(() => opened.close());

    function begin(work: Work) {
      const sink = new RecordingSink();
      const { signal, abort } = abortable();
      return { sink, abort, outcome: layer.start(attemptOf(work), signal, sink) };
    }

    it('has a name, a node and a capacity', () => {
      expect(LAYER_NAMES).toContain(layer.name);
      expect(layer.node).not.toBe('');
      const { slots, cores, memoryBytes } = layer.capacity();
      expect(Number.isInteger(slots) && slots > 0).toBe(true);
      expect(Number.isFinite(cores) && cores > 0).toBe(true);
      expect(Number.isFinite(memoryBytes) && memoryBytes > 0).toBe(true);
    });

    it('says in words what it cannot run, and nothing of what it can', () => {
      expect(layer.refusal(works.completing.work)).toBeUndefined();
      expect(layer.refusal(works.foreign)).toMatch(/\w+ \w+/);
    });

    it('settles an attempt of what it cannot run with a failure, not with an exception', async () => {
      expect((await begin(works.foreign).outcome).kind).toBe('FAILED');
    });

    it('completes work with its output and what it cost', async () => {
      const outcome = await begin(works.completing.work).outcome;
      expect(outcome).toMatchObject({ kind: 'COMPLETED', output: works.completing.output });
      expectMeasured(outcome.measured);
    });

    it('gives work the outputs of its sources', async () => {
      const sink = new RecordingSink();
      const value = { list: [1, 'two', null] };
      const attempt = attemptOf(works.echoing, { inputs: { source: { value } } });
      expect(await layer.start(attempt, abortable().signal, sink)).toMatchObject({
        kind: 'COMPLETED',
        output: value,
      });
      expectFailure(await begin(works.echoing).outcome, 'FAILED', 'TEMPLATE_UNRESOLVED');
    });

    it('fails work with a code and a message', async () => {
      const outcome = await begin(works.failing.work).outcome;
      expectFailure(outcome, 'FAILED', works.failing.code);
      expect(outcome).toMatchObject({ failure: { kind: 'ERROR' } });
    });

    it('passes every line on before the outcome, in order, and none after it', async () => {
      const { sink, outcome } = begin(works.speaking.work);
      await outcome;
      const spoken = sink.lines.filter(({ text }) => works.speaking.texts.includes(text));
      expect(spoken.map(({ text }) => text)).toEqual(works.speaking.texts);
      for (const line of sink.lines) {
        expect(LOG_STREAMS).toContain(line.stream);
        expect(LOG_LEVELS).toContain(line.level);
        expect(Math.abs(Date.now() - line.at)).toBeLessThan(60_000);
      }
      const count = sink.lines.length;
      await begin(works.completing.work).outcome;
      expect(sink.lines).toHaveLength(count);
    });

    it.each<[AbortReason, Outcome['kind'], string]>([
      ['CANCELLED', 'CANCELLED', 'CANCELLED'],
      ['TIMED_OUT', 'TIMED_OUT', 'EXECUTION_TIMEOUT'],
      ['SHUTDOWN', 'CRASHED', 'SHUTDOWN'],
    ])('ends work when it is told to because of %s', async (reason, kind, code) => {
      const { sink, abort, outcome } = begin(works.endless);
      await sink.until('ready');
      abort(reason);
      expectFailure(await outcome, kind, code);
    });

    it('ends work that does not want to end', async () => {
      const { sink, abort, outcome } = begin(works.stubborn);
      await sink.until('ready');
      abort('CANCELLED');
      expectFailure(await outcome, 'CANCELLED', 'CANCELLED');
    });

    it('does not run what was stopped before it started', async () => {
      const sink = new RecordingSink();
      const { signal, abort } = abortable();
      abort('CANCELLED');
      const outcome = await layer.start(attemptOf(works.endless), signal, sink);
      expectFailure(outcome, 'CANCELLED', 'CANCELLED');
      expect(sink.lines).toEqual([]);
    });

    it('is not moved by a stop that comes after the outcome', async () => {
      const { abort, outcome } = begin(works.completing.work);
      const ended = await outcome;
      abort('CANCELLED');
      expect(ended.kind).toBe('COMPLETED');
      expect((await begin(works.completing.work).outcome).kind).toBe('COMPLETED');
    });

    it('runs several attempts at once, keeps them apart and counts them', async () => {
      const before = layer.statistics();
      const count = Math.min(layer.capacity().slots, 3);
      const running = Array.from({ length: count }, () => begin(works.endless));
      await Promise.all(running.map(({ sink }) => sink.until('ready')));
      expect(layer.statistics()).toMatchObject({
        running: before.running + count,
        started: before.started + count,
      });
      const [first, ...others] = running;
      first?.abort('CANCELLED');
      expect((await first?.outcome)?.kind).toBe('CANCELLED');
      expect(layer.statistics().running).toBe(before.running + count - 1);
      for (const { abort } of others) abort('TIMED_OUT');
      for (const { outcome } of others) expect((await outcome).kind).toBe('TIMED_OUT');
      await begin(works.completing.work).outcome;
      await begin(works.failing.work).outcome;
      await until('all are counted', () => layer.statistics().running === before.running);
      expect(layer.statistics().completed).toBe(before.completed + 1);
      expect(layer.statistics().failed).toBe(before.failed + others.length + 1);
    });
  });
}
