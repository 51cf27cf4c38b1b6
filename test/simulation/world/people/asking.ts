/** A command on its way from people to a server. */
import type { Commands } from '../../../../src/orchestrator/commands.js';

export const OWNER = { id: 'owner', trusted: true };

/** `check` holds the answer against the history; `since`: the batches there were when it was asked. */
export interface Asking {
  readonly what: string;
  ask(desk: Commands): Promise<unknown>;
  check(answer: never, since: number): void;
  refused?(code: string): void;
}
