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

/**
 * A follower serves reads and hands commands to the leader, so that not leading is well; that nobody leads is not, though what
 * is asked meanwhile waits for the next leader, and so the process stays ready.
 */
export function leadershipCheck(leads: () => boolean, leader: () => string | undefined): HealthCheck {
  return {
    name: 'leadership',
    required: false,
    async run() {
      if (leads()) return 'leads';
      const other = leader();
      if (other === undefined) throw new Error('nobody is known to lead; changes wait for the next leader');
      return `follows ${other}`;
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
