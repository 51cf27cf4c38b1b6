/** What the product promises, in words: every rule of the judge breaks one of these. */

export const PROMISES = {
  gapless: 'the history has no gap',
  epochs: 'a batch is applied once, in order, and only for the leader of the newest epoch',
  sound: 'no batch contradicts the store, and no step of the core breaks an invariant',
  history: 'the stored state is what the history says',
  terminal: 'terminal states are left by nothing',
  moves: 'a task moves only as tasks may, and only with a cause',
  outcome: 'every attempt has one outcome, and it is the one its work told',
  counts: 'failures, crashes and attempts are counted right',
  parents: 'nothing starts before its dependencies allow it',
  cycles: 'the edges of a mesh close no cycle',
  doomed: 'what can never start ends at once',
  resource: 'RESOURCE neighbours never run at once',
  keys: 'a concurrency key is never over its limit',
  places: 'a layer never runs more than it has places for',
  committed: 'no work begins without its committed start, or twice',
  inputs: 'work begins with the outputs of its DATA sources',
  nodes: 'work is placed on nodes that are open and have its labels',
  incarnations: 'a node knows first that it counts as dead, ends its work, and only then joins again',
  moved: 'what a dead node ran is lost in time',
  late: 'an outcome is refused as late when its attempt was lost, and only then',
  relayed: 'what a server hands to another is carried out once',
  handover: 'clients notice nothing of a lead that is handed over',
  lost: 'no attempt is lost whose process lives',
  times: 'nothing happens before its time',
  meshes: 'a mesh ends with its last task, as its tasks have ended',
  acknowledged: 'what was acknowledged is there, and stays',
  answered: 'every command is answered by what it did or by a refusal',
  once: 'an idempotency key answers the same thing ever after',
  feed: 'a subscriber sees every committed event once and in order',
  logs: 'an attempt is not over before its lines are stored, each once',
  lease: 'a leader knows that its lease is over before the database gives it to another',
  healed: 'when the trouble is over, everything ends',
} as const;

export type PromiseName = keyof typeof PROMISES;

export interface Broken {
  readonly promise: PromiseName;
  readonly what: string;
  /** The last event of the history when it was noticed. */
  readonly seq: number;
}

/** Where rules say what they found. */
export type Report = (promise: PromiseName, what: string) => void;
