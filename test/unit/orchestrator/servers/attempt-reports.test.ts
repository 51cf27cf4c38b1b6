/** What a server tells of its attempts while another leads: in groups, and none so late that work that lives looks silent. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import type { Json } from '../../../../src/kit/json.js';
import type { LiveAttempt } from '../../../../src/lifecycle/mesh-state.js';
import type { LogWriter } from '../../../../src/orchestrator/log-writer.js';
import { RunningAttempt } from '../../../../src/orchestrator/running-attempt.js';
import { AttemptReports } from '../../../../src/orchestrator/servers/attempt-reports.js';
import { readReport } from '../../../../src/orchestrator/servers/relay-body.js';

const BEAT_MS = 5;
const RUN_MS = 10_000;

/** Attempts with these limits that beat all the time. Answers when the leader was told of each, and how often of any. */
function run(limits: readonly (number | null)[]): { told: number[][]; messages: number } {
  const clock = new VirtualClock();
  const told: number[][] = limits.map(() => []);
  let messages = 0;
  const ask = (body: Json): Promise<Json> => {
    messages++;
    for (const { token } of readReport(body)?.alive ?? []) told[token]?.push(clock.monotonic());
    return Promise.resolve(null);
  };
  const leader = new AttemptReports({ outbox: { ask }, clock, recorded: () => undefined });
  const listeners = { clock, logs: {} as LogWriter, leader };
  const attempts = limits.map((limit, token) => {
    const key = { taskId: `t${token}`, attempt: 1, token };
    return new RunningAttempt(key, {} as LiveAttempt, listeners, limit);
  });
  const beat = (): void => {
    for (const attempt of attempts) attempt.heartbeat();
    clock.setTimer(BEAT_MS, beat);
  };
  beat();
  clock.advance(RUN_MS);
  return { told, messages };
}

const longest = (times: readonly number[]): number =>
  Math.max(...times.map((at, index) => at - (times[index - 1] ?? 0)));

describe('signs of life', () => {
  it.each([60, 150, 400, 1000])('come well within a limit of %i ms', (limit) => {
    const { told } = run([limit]);
    expect(longest(told[0] as number[])).toBeLessThanOrEqual((limit * 2) / 3 + BEAT_MS);
  });

  it('of an attempt with a short limit take the others along, and theirs stay seldom', () => {
    const { told, messages } = run([150, null, 5000]);
    expect(longest(told[0] as number[])).toBeLessThanOrEqual(100 + BEAT_MS);
    for (const times of told.slice(1)) expect(times.length).toBeLessThanOrEqual(RUN_MS / 250 + 1);
    expect(messages).toBeLessThanOrEqual(RUN_MS / 50 + 1);
  });

  it('without a short limit go four times a second at most, however many attempts there are', () => {
    const { told, messages } = run(Array.from({ length: 50 }, () => null));
    expect(messages).toBeLessThanOrEqual(RUN_MS / 250 + 1);
    for (const times of told) expect(longest(times)).toBeLessThanOrEqual(500 + BEAT_MS);
  });
});
