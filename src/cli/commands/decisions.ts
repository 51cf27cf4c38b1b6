/** `taskmesh decisions`, `taskmesh veto` and `taskmesh undo`: what was decided and why, and stopping it. */
import {
  DecisionListDocument,
  UndoDecisionDocument,
  VetoDecisionDocument,
} from '../../generated/graphql/graphql.js';
import { connect } from '../client/connect.js';
import { table } from '../output/table.js';
import type { Verb } from '../verb.js';

const SHOWN = 20;

export async function decisions(verb: Verb): Promise<void> {
  const client = await connect(verb.settings());
  const { decisions: page } = await client.request(DecisionListDocument, { first: SHOWN });
  verb.answer(page.nodes, () =>
    table([
      ['ID', 'AT', 'KIND', 'MODE', 'END', 'STARTS', 'REASON'],
      ...page.nodes.map(({ id, at, kind, mode, outcome, reason }) => [
        ...[id, String(at), kind, mode, outcome?.ended ?? 'open', String(outcome?.affected ?? '-'), reason],
      ]),
    ]),
  );
}

export async function veto(verb: Verb, id: string, why: string): Promise<void> {
  const client = await connect(verb.settings());
  const { vetoDecision: ended } = await client.request(VetoDecisionDocument, { id, why });
  verb.answer(
    ended,
    () => `vetoed: ${ended.kind} about ${ended.subject}; the like is only thought from now on`,
  );
}

export async function undo(verb: Verb, id: string, why: string): Promise<void> {
  const client = await connect(verb.settings());
  const { undoDecision: ended } = await client.request(UndoDecisionDocument, { id, why });
  verb.answer(ended, () => `undone: ${ended.kind} about ${ended.subject}`);
}
