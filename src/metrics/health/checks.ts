/** The checks of a Task Mesh process. The composition root picks and wires them; each answers in words for people. */
import type { HealthCheck } from './health.js';

/** Readiness hangs on it: without the database nothing can be acknowledged. */
export function databaseCheck(ping: () => Promise<void>): HealthCheck {
  return {
    name: 'database',
    required: true,
    async run() {
      await ping();
      return 'answers';
    },
  };
}

/** A follower serves reads and hands commands to the leader, so that not leading is well. */
export function leadershipCheck(leads: () => boolean): HealthCheck {
  return {
    name: 'leadership',
    required: false,
    async run() {
      return leads() ? 'leads' : 'follows';
    },
  };
}

/** Seconds of lag from which the process counts as overloaded; Node's own timers drift by a few milliseconds. */
const LAG_SECONDS_MAX = 1;

export function eventLoopCheck(lagSeconds: () => number): HealthCheck {
  return {
    name: 'event_loop',
    required: false,
    async run() {
      const lag = lagSeconds();
      const words = `late by ${(lag * 1000).toFixed(0)} ms`;
      if (lag > LAG_SECONDS_MAX) throw new Error(`${words}: this process is overloaded`);
      return words;
    },
  };
}
