/** Bugs of servers that know each other: of relayed commands, of handing over, of attempts that outlive a lead. */
import type { Plant } from './plant.js';

export const PEER_PLANTS: readonly Plant[] = [
  {
    name: 'relayed command answered later',
    what: 'a command and its answer are two commits, and a leader may die in between',
    within: 'peers',
    foundBy: 7,
    edits: [
      {
        file: 'orchestrator/servers/relayed-core.ts',
        find: '{ ...ground, relayed: { id: this.#id, answer } });\n      this.#answered = true;',
        write:
          "input.kind === 'timePassed' ? { ...ground, relayed: { id: this.#id, answer } } : ground);\n      this.#answered = input.kind === 'timePassed';",
      },
    ],
  },
  {
    name: 'hand-over drops what is in flight',
    what: 'a leader hands over without waiting for the commits that are on their way',
    within: 'peers',
    foundBy: 62,
    edits: [
      {
        file: 'orchestrator/orchestrator.ts',
        find: '      await leadership.committer.idle();\n',
        write: '',
      },
    ],
  },
];
