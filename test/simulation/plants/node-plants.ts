/** Bugs of nodes: of their processes, of the messages between them and the leader, and of placing work on them. */
import type { Plant } from './plant.js';

export const NODE_PLANTS: readonly Plant[] = [
  {
    name: 'node ignores its dead incarnation',
    what: 'a node that was paused for several leases goes on with what it ran',
    within: 'nodes',
    foundBy: 1,
    edits: [
      {
        file: 'layers/cluster/node/incarnation.ts',
        find: '  async #die(reason: string): Promise<void> {\n    if (this.#isOver) return;\n',
        write:
          "  async #die(reason: string): Promise<void> {\n    if (this.#isOver || reason !== '') return;\n",
      },
    ],
  },
  {
    name: 'joins again too early',
    what: 'a node whose incarnation is dead does not wait until its work has ended',
    within: 'nodes',
    foundBy: 105,
    edits: [
      {
        file: 'layers/cluster/node/incarnation.ts',
        find: 'await Promise.all([this.#layer.lose(), this.#closed()]);',
        write: 'void this.#layer.lose();',
      },
    ],
  },
  {
    name: 'lease of a node counted from the answer',
    what: 'a node believes that it lives for as long as its sign of life took',
    within: 'nodes',
    foundBy: 218,
    edits: [
      {
        file: 'layers/cluster/node/incarnation.ts',
        find: '      this.#renewed(sentAt);\n',
        write: '      this.#renewed(this.#clock.monotonic());\n',
      },
    ],
  },
  {
    name: 'cancel before its start forgotten',
    what: 'a cancel that overtakes its start is told as done, and the start runs',
    within: 'nodes',
    foundBy: 13,
    edits: [
      {
        file: 'layers/cluster/node/node-attempts.ts',
        find: 'else this.#end(key, this.#ended.outcomeOf(key.token) ?? JSON.stringify(stopped(reason, ranFor(0))));',
        write: 'else this.#outbox.outcome(key, JSON.stringify(stopped(reason, ranFor(0))));',
      },
    ],
  },
  {
    name: 'outcome given up before it is recorded',
    what: 'the leader is done with a report whose outcome may still come to nothing',
    within: 'nodes',
    foundBy: 9,
    edits: [
      {
        file: 'layers/cluster/report-desk.ts',
        find: '    await Promise.all(recorded);\n',
        write: '',
      },
    ],
  },
  {
    name: 'outcome of a start on its way taken for told',
    what: 'a new leader drops what ended before it has sent the start again',
    within: 'nodes',
    foundBy: 28,
    edits: [
      {
        file: 'layers/cluster/cluster-layer.ts',
        find: 'else if (waiting === undefined && this.#listener.runs(key.token))',
        write: 'else if (waiting === undefined && this.#lines.size < 0)',
      },
    ],
  },
  {
    name: 'late lines dropped',
    what: 'what an attempt printed is lost when its outcome overtakes it',
    within: 'nodes',
    foundBy: 13,
    edits: [
      {
        file: 'layers/cluster/cluster-layer.ts',
        find: 'if (sink === undefined) this.#listener?.lateLine(report.key, report.line);',
        write: 'if (sink === undefined) return;',
      },
    ],
  },
  {
    name: 'outcome of a dead node counts',
    what: 'what a lost node still says counts for the attempt that runs now',
    within: 'nodes',
    foundBy: 30,
    edits: [
      {
        file: 'orchestrator/core/core.ts',
        find: '        (input.late === true ? refuseLate : attemptSettled)(core, key, outcome);\n',
        write: '        attemptSettled(core, { ...key, ...core.tasks.get(key.taskId)?.live }, outcome);\n',
      },
    ],
  },
  {
    name: 'start that comes twice run twice',
    what: 'a node does not know a start again that it runs already',
    within: 'nodes',
    foundBy: 29,
    edits: [
      {
        file: 'layers/cluster/node/node-attempts.ts',
        find: '    if (this.#running.has(token)) return;\n',
        write: '',
      },
    ],
  },
  {
    name: 'start that comes late run again',
    what: 'a node forgets at once what it has ended',
    within: 'nodes',
    foundBy: 13,
    edits: [
      {
        file: 'layers/cluster/node/node-attempts.ts',
        find: '    if (ended !== undefined) {\n',
        write: '    if (ended !== undefined && this.#running.size < 0) {\n',
      },
    ],
  },
  {
    name: 'loss counted twice',
    what: 'a task is quarantined after two lost nodes instead of three',
    within: 'nodes',
    foundBy: 14,
    edits: [
      {
        file: 'orchestrator/core/attempts.ts',
        find: '  if (isCrash(outcome)) task.crashes++;\n',
        write: "  if (isCrash(outcome)) task.crashes += outcome.failure.code === 'LOST' ? 2 : 1;\n",
      },
    ],
  },
  {
    name: 'signs of life timed by the node',
    what: 'the registry takes the time of a sign of life from the clock of the machine that sent it',
    within: 'nodes',
    foundBy: 22,
    edits: [
      {
        file: 'layers/cluster/node/incarnation.ts',
        find: 'registry.beat({ name, incarnation, state: this.#state, load });',
        write: 'registry.beat({ name, incarnation, state: this.#state, load, at: this.#clock.wall() });',
      },
      {
        file: 'store/memory/memory-nodes.ts',
        find: '  beat({ name, incarnation, state, load }: NodeBeat)',
        write: '  beat({ name, incarnation, state, load, at }: NodeBeat & { at: number })',
      },
      {
        file: 'store/memory/memory-nodes.ts',
        find: '    const seenAt = this.#now();\n',
        write: '    const seenAt = at;\n',
      },
    ],
  },
];

export const PLACEMENT_PLANTS: readonly Plant[] = [
  {
    name: 'cordoned node gets work',
    what: 'cordoning is shown and not obeyed',
    within: 'nodes',
    foundBy: 28,
    edits: [
      {
        file: 'lifecycle/cluster-node.ts',
        find: "return state === 'READY' && !cordoned;",
        write: "return state === 'READY' && cordoned !== undefined;",
      },
    ],
  },
  {
    name: 'lost node gets work',
    what: 'a node that does not renew its lease stays among the candidates',
    within: 'nodes',
    foundBy: 14,
    edits: [
      {
        file: 'layers/cluster/cluster-layer.ts',
        find: 'nodesChanged(this.name, living, this.#policy);',
        write: 'nodesChanged(this.name, nodes, this.#policy);',
      },
      {
        file: 'lifecycle/cluster-node.ts',
        find: "return state === 'READY' && !cordoned;",
        write: "return (state === 'READY' || state === 'LOST') && !cordoned;",
      },
    ],
  },
  {
    name: 'labels ignored',
    what: 'a task runs on a node without what it asks for',
    within: 'nodes',
    foundBy: 9,
    edits: [
      {
        file: 'orchestrator/placement/seat.ts',
        find: ' && labels.every((label) => this.#labels.has(label));',
        write: ' && labels.every((label) => label.length > 0);',
      },
    ],
  },
  {
    name: 'place on a node not given back',
    what: 'nodes fill up with what has ended',
    within: 'nodes',
    foundBy: 9,
    edits: [
      {
        file: 'orchestrator/placement/node-board.ts',
        find: '    this.#book(ref, granted, -1);\n',
        write: '    if (granted.slots > 1) this.#book(ref, granted, -1);\n',
      },
    ],
  },
  {
    name: 'what runs on nodes not counted at recovery',
    what: 'a new leader takes nodes for empty',
    within: 'nodes',
    foundBy: 29,
    edits: [
      {
        file: 'orchestrator/core/rooms.ts',
        find: 'return this.#boards.get(layer)?.occupy(node, demand) ?? NOTHING;',
        write: 'return NOTHING;',
      },
    ],
  },
];
