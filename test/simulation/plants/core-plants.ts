/** Bugs of the core's decisions, of dispatching, of answering and of telling. */
import type { Plant } from './plant.js';

export const CORE_PLANTS: readonly Plant[] = [
  {
    name: 'crash not counted',
    what: 'a task that takes its process down is tried for ever',
    foundBy: 2,
    edits: [
      {
        file: 'orchestrator/core/attempts.ts',
        find: '  if (isCrash(outcome)) task.crashes++;\n',
        write: '',
      },
    ],
  },
  {
    name: 'plan without patience',
    what: 'a task that its plan keeps back for a better place waits as long as the plan says so',
    foundBy: 43,
    edits: [
      {
        file: 'orchestrator/core/kept-back.ts',
        find: '  if (until < task.dueAt) core.setDue(task, until);\n',
        write: '',
      },
    ],
  },
  {
    name: 'kept back and cancelled',
    what: 'a task that its plan keeps back stays in the memory of its mesh when it leaves the queue',
    foundBy: 14,
    edits: [
      {
        file: 'orchestrator/core/core-state.ts',
        find: '    this.kept.get(task.mesh)?.delete(task);\n',
        write: '',
      },
    ],
  },
  {
    name: 'shutdown counted as crash',
    what: 'restarting the program three times quarantines what ran',
    foundBy: 11,
    edits: [
      {
        file: 'lifecycle/outcome.ts',
        find: " && outcome.failure.code !== 'SHUTDOWN';",
        write: ';',
      },
    ],
  },
  {
    name: 'cancel not terminal',
    what: 'a cancelled attempt is only told to stop; what it then says counts',
    foundBy: 5,
    edits: [
      {
        file: 'orchestrator/core/advance.ts',
        find: '    core.ledger.batch.outcomes.push(live.row);\n',
        write: '',
      },
      {
        file: 'orchestrator/core/advance.ts',
        find: "    live.abort = 'CANCELLED';\n  }\n",
        write: "    live.abort = 'CANCELLED';\n    return;\n  }\n",
      },
    ],
  },
  {
    name: 'no attempt guard',
    what: 'whatever outcome comes counts for the attempt that runs now',
    foundBy: 34,
    edits: [
      {
        file: 'orchestrator/core/attempts.ts',
        find: '  const task = core.running.get(key.token);\n  const live = task?.live;\n',
        write:
          '  const task = core.running.get(key.token) ?? core.tasks.get(key.taskId);\n  const live = task?.live;\n',
      },
      {
        file: 'orchestrator/core/attempts.ts',
        find: ' || live.attempt !== key.attempt) {',
        write: ') {',
      },
    ],
  },
  {
    name: 'failure taken for success',
    what: 'HARD dependents start whatever became of their source',
    foundBy: 2,
    edits: [
      {
        file: 'orchestrator/core/advance.ts',
        find: "const satisfied = status === 'COMPLETED' || edges.typeOf(edge) === 'SOFT';",
        write: "const satisfied = status !== 'SKIPPED';",
      },
    ],
  },
  {
    name: 'place of a cancelled attempt given away',
    what: 'a RESOURCE neighbour starts while a cancelled attempt still ends',
    foundBy: 35,
    edits: [
      {
        file: 'orchestrator/core/schedule.ts',
        find: "if (source.live !== null || source.status === 'QUEUED') return source;",
        write: "if (source.status === 'RUNNING' || source.status === 'QUEUED') return source;",
      },
    ],
  },
  {
    name: 'key of a cancelled attempt given away',
    what: 'a concurrency key is free while a cancelled attempt still ends',
    foundBy: 30,
    edits: [
      {
        file: 'orchestrator/core/advance.ts',
        find: "  end(core, task, 'CANCELLED', { reason });\n}",
        write: "  end(core, task, 'CANCELLED', { reason });\n  core.freed(task);\n}",
      },
    ],
  },
  {
    name: 'held back for good',
    what: 'who is held back by a decision is not asked about again',
    foundBy: 6,
    edits: [
      {
        file: 'orchestrator/core/core-state.ts',
        find: '    this.#placeAll(this.withheld);',
        write: '    this.withheld.clear();',
      },
    ],
  },
  {
    name: 'held back and running',
    what: 'who leaves while a decision holds it back (cancelled, paused) stands in two places',
    foundBy: 26,
    edits: [
      {
        file: 'orchestrator/core/core-state.ts',
        find: '    this.withheld.delete(task);\n',
        write: '',
      },
    ],
  },
  {
    name: 'paused mesh goes on',
    what: 'tasks of a paused mesh that become ready start',
    foundBy: 6,
    edits: [
      {
        file: 'orchestrator/core/core-state.ts',
        find: "if (task.mesh.status === 'PAUSED') this.#setOf",
        write: "if (task.mesh.status === 'FAILED') this.#setOf",
      },
    ],
  },
  {
    name: 'wall clock for deadlines',
    what: 'time limits and delays are measured by a clock that people set',
    foundBy: 2,
    edits: [
      {
        file: 'orchestrator/orchestrator.ts',
        find: 'return step(leadership.core, input, this.#options.clock.monotonic(), receipt);',
        write: 'return step(leadership.core, input, this.#options.clock.wall(), receipt);',
      },
    ],
  },
  {
    name: 'time runs before the work begins',
    what: 'a start whose commit or inputs are slow is over its time before it began',
    foundBy: 17,
    edits: [
      {
        file: 'orchestrator/core/deadlines.ts',
        find: '  if (!live.begun) beginTime(live, core.now);\n',
        write: '',
      },
    ],
  },
  {
    name: 'outcome forgotten when told',
    what: 'an outcome whose commit came to nothing is nowhere any more',
    foundBy: 8,
    edits: [
      {
        file: 'orchestrator/dispatcher.ts',
        find: 'for (const running of ended) running.told = true;',
        write: 'for (const running of ended) this.#running.delete(running.key.token);',
      },
    ],
  },
  {
    name: 'inputs error swallowed',
    what: 'work begins without its inputs when they cannot be read',
    foundBy: 201,
    edits: [
      {
        file: 'orchestrator/dispatcher.ts',
        find: '        if (attempt > 30) throw error;\n',
        write: '        if (attempt > 0) return {};\n',
      },
    ],
  },
  {
    name: 'over before its lines are stored',
    what: 'an outcome does not wait for what the attempt has printed',
    foundBy: 5,
    edits: [
      {
        file: 'orchestrator/dispatcher.ts',
        find: '    if (!this.#logs.isFlushed) await this.#logs.flushed();\n    running.outcome = outcome;',
        write: '    running.outcome = outcome;',
      },
    ],
  },
  {
    name: 'idempotency key not recorded',
    what: 'a key is known only to the process that has carried its request out',
    foundBy: 1,
    edits: [
      {
        file: 'orchestrator/once-desk.ts',
        find: '({ epoch, command: { key: storedKey, kind, requestHash, ...made } })',
        write: '({ epoch })',
      },
    ],
  },
  {
    name: 'key refused for a request that came to nothing',
    what: 'a different request under a key whose owner is refused later is a conflict at once',
    foundBy: 3,
    edits: [
      {
        file: 'orchestrator/once-desk.ts',
        find: '      await this.#assertRefused(key, same);\n',
        write: '      refuseConflict(key);\n',
      },
    ],
  },
  {
    name: 'subscriber goes live too early',
    what: 'what was published while a page was read is not looked for',
    foundBy: 2,
    edits: [
      {
        file: 'orchestrator/feed/feed-reader.ts',
        find: 'page.items.length < PAGE_MAX && this.#cursor >= this.#source.known() && lapses === this.#lapses;',
        write: 'page.items.length < PAGE_MAX;',
      },
    ],
  },
  {
    name: 'gap in what is published not noticed',
    what: 'a subscriber takes the next batch it hears of for the next one there is',
    foundBy: 2,
    edits: [
      {
        file: 'orchestrator/feed/feed-reader.ts',
        find: '    if (from > this.#coveredTo + 1) return this.lapse();\n',
        write: '',
      },
    ],
  },
  {
    name: 'cycle not refused',
    what: 'an edge that closes a cycle is taken',
    foundBy: 35,
    edits: [
      {
        file: 'orchestrator/core/admit.ts',
        find: 'return found === undefined ? undefined : cycleRefusal(found.cycle.map(keyOf));',
        write: 'return found === undefined || keyOf !== undefined ? undefined : cycleRefusal([]);',
      },
    ],
  },
];
