/** Bugs of committing, leading and recovering. */
import type { Plant } from './plant.js';

export const COMMIT_PLANTS: readonly Plant[] = [
  {
    name: 'effects before commit',
    what: 'starts, answers and events leave while the batch that states them is on its way',
    foundBy: 1,
    edits: [
      {
        file: 'orchestrator/committer.ts',
        find: '      if (rowsOf(entry) > LARGE_ROWS) await nextTurn();\n',
        write: '      this.#release(entry, 0);\n',
      },
      {
        file: 'orchestrator/committer.ts',
        find: '      this.#inFlight = undefined;\n      this.#release(entry, at);\n',
        write: '      this.#inFlight = undefined;\n',
      },
    ],
  },
  {
    name: 'acknowledged before commit',
    what: 'commands are answered when their batch is sent',
    foundBy: 1,
    edits: [
      {
        file: 'orchestrator/committer.ts',
        find: '      if (rowsOf(entry) > LARGE_ROWS) await nextTurn();\n',
        write: "      for (const effect of entry.effects) if (effect.kind === 'reply') effect.answer();\n",
      },
    ],
  },
  {
    name: 'no epoch fence',
    what: 'the store takes batches of leaders of the past',
    foundBy: 16,
    edits: [
      {
        file: 'store/memory/memory-store.ts',
        find: "    if (key.epoch !== database.epoch) return { kind: 'fenced' };\n",
        write: '',
      },
    ],
  },
  {
    name: 'batch not idempotent',
    what: 'the store does not know a batch again that it has applied',
    foundBy: 4,
    edits: [
      {
        file: 'store/memory/memory-store.ts',
        find: '    if (key.seq === database.batchSeq && key.epoch === database.batchEpoch)\n',
        write: '    if (Number.isNaN(key.seq))\n',
      },
    ],
  },
  {
    name: 'sent again under a new number',
    what: 'a batch without an answer is sent as the next one',
    foundBy: 4,
    edits: [
      {
        file: 'orchestrator/committer.ts',
        find: 'await this.#send({ epoch, seq }, entry)',
        write: 'await this.#send({ epoch, seq: attempt === 1 ? seq : ++this.#seq }, entry)',
      },
    ],
  },
  {
    name: 'unknown taken for applied',
    what: 'a commit without an answer counts as done',
    foundBy: 4,
    edits: [
      {
        file: 'orchestrator/committer.ts',
        find: "      if (result.kind === 'applied') {\n",
        write:
          "      if (result.kind === 'unknown') return clock.wall();\n      if (result.kind === 'applied') {\n",
      },
    ],
  },
  {
    name: 'wall clock for leases',
    what: 'how long the lease still holds is measured by a clock that people set',
    foundBy: 34,
    edits: [
      {
        file: 'store/postgres/leadership/leader-session.ts',
        find: 'const leftMs = askedAt + leaseMs * BELIEVED - clock.monotonic();',
        write: 'const leftMs = askedAt + leaseMs * BELIEVED - clock.wall();',
      },
      {
        file: 'store/postgres/leadership/leader-session.ts',
        find: 'const leftMs = askedAt + leaseMs * WAITED_FOR - clock.monotonic();',
        write: 'const leftMs = askedAt + leaseMs * WAITED_FOR - clock.wall();',
      },
      {
        file: 'store/postgres/leadership/leader-session.ts',
        find: 'const askedAt = this.#options.clock.monotonic();',
        write: 'const askedAt = this.#options.clock.wall();',
      },
      {
        file: 'store/postgres/leadership/lead.ts',
        find: 'const askedAt = options.clock.monotonic();',
        write: 'const askedAt = options.clock.wall();',
      },
    ],
  },
  {
    name: 'lost lease ignored',
    what: 'a leader goes on when its session is over, until a fence stops it',
    foundBy: 6,
    edits: [
      {
        file: 'orchestrator/orchestrator.ts',
        find: 'void lease.lost.then((reason) => end((lost = reason)));',
        write: 'void lease.lost.then((reason) => (lost = reason));',
      },
    ],
  },
  {
    name: 'load error swallowed',
    what: 'a leader that cannot read the snapshot begins with an empty memory',
    foundBy: 8,
    edits: [
      {
        file: 'orchestrator/orchestrator.ts',
        find: 'store.load(lease.epoch)',
        write: `store.load(lease.epoch).catch(() => ({
          lastBatchSeq: 0, lastEventSeq: 0, now: 0, meshes: [], tasks: [], edges: [], attempts: [],
        }))`,
      },
    ],
  },
  {
    name: 'running tasks forgotten at recovery',
    what: 'nobody says that attempts of a dead process are lost',
    foundBy: 4,
    edits: [
      {
        file: 'orchestrator/take-up.ts',
        find: '  else attemptSettled(core, { taskId, attempt, token }, LOST);\n',
        write: '',
      },
    ],
  },
  {
    name: 'own start taken for lost',
    what: 'a start that was committed without an answer is not made up for',
    foundBy: 8,
    edits: [
      {
        file: 'orchestrator/take-up.ts',
        find: '  else if (lives(its, node))',
        write: '  else if (layers.size === 0)',
      },
    ],
  },
  {
    name: 'started again at recovery',
    what: 'a leader starts what its own process still runs from the leadership before',
    foundBy: 4,
    edits: [
      {
        file: 'orchestrator/take-up.ts',
        find: ' || dispatcher.adopt(token, task.live)) return;',
        write: ') return;',
      },
    ],
  },
  {
    name: 'attempts of the past not waited for',
    what: 'places are given away while attempts that count as lost still run in the same process',
    foundBy: 235,
    edits: [
      {
        file: 'orchestrator/core/schedule.ts',
        find: '  if (core.draining || core.strangers.size > 0) return;\n',
        write: '  if (core.draining) return;\n',
      },
    ],
  },
  {
    name: 'spent attempts forgotten at recovery',
    what: 'a task gets all its attempts again from every leader',
    foundBy: 13,
    edits: [{ file: 'orchestrator/core/restore.ts', find: '  task.spent = row.spent;\n', write: '' }],
  },
  {
    name: 'keys forgotten at recovery',
    what: 'attempts that go on do not count for their concurrency keys',
    foundBy: 24,
    edits: [{ file: 'orchestrator/core/restore.ts', find: '    core.keys.started(task);\n', write: '' }],
  },
  {
    name: 'ended sources waited for at recovery',
    what: 'a dependency that has ended counts as unmet',
    foundBy: 37,
    edits: [
      {
        file: 'orchestrator/core/restore.ts',
        find: "    if (edge.type !== 'RESOURCE' && !isTerminal(source.status)) target.waiting++;\n",
        write: "    if (edge.type !== 'RESOURCE') target.waiting++;\n",
      },
    ],
  },
  {
    name: 'remaining time taken for an instant',
    what: 'a back-off that was under way is over at once under the next leader',
    foundBy: 2,
    edits: [
      {
        file: 'orchestrator/core/restore.ts',
        find: 'row.availableInMs === null ? 0 : core.now + row.availableInMs',
        write: 'row.availableInMs === null ? 0 : row.availableInMs',
      },
    ],
  },
];
