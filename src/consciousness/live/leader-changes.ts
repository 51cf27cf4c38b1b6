/**
 * What people change, on whichever server leads: what a server that follows asks of it, and how that one carries it out. The way
 * between them is the relay of commands; this is only what stands in its letters.
 */
import type { Json } from '../../kit/json.js';
import { personJson } from '../../lifecycle/person.js';
import type { AskLeader, LeaderTasks } from '../../store/relay.js';
import type { DecisionRow, ExternalEventRow, LevelLineRow, Unnumbered } from '../../store/consciousness.js';
import type { Caller, Consciousness, EvolveRequest, Telling } from '../consciousness.js';

export type Changes = Pick<Consciousness, 'evolve' | 'tell' | 'veto' | 'undo' | 'rate'>;

type Rating = Parameters<Changes['rate']>[2];

export function changesThere(ask: AskLeader): Changes {
  const onDecision =
    (task: string) =>
    async <Said extends string | Rating>(caller: Caller, id: string, said: Said): Promise<DecisionRow> =>
      decisionFrom(await ask(task, [personJson(caller), id, jsonOf(said)]));
  return {
    evolve: async (caller, request) =>
      datedFrom<LevelLineRow>(await ask('evolveConsciousness', [personJson(caller), jsonOf(request)])),
    tell: async (caller, telling) =>
      datedFrom<Unnumbered<ExternalEventRow>>(
        await ask('processEvent', [personJson(caller), jsonOf(telling)]),
      ),
    veto: onDecision('vetoDecision'),
    undo: onDecision('undoDecision'),
    rate: onDecision('rateDecision'),
  };
}

export function changeTasks(changes: Changes): LeaderTasks {
  const by = (caller: Json | undefined, requestId: string): Caller => ({
    ...(caller as unknown as Caller),
    requestId,
  });
  return {
    evolveConsciousness: async ([caller, request], requestId) =>
      jsonOf(await changes.evolve(by(caller, requestId), request as unknown as EvolveRequest)),
    processEvent: async ([caller, telling], requestId) =>
      jsonOf(await changes.tell(by(caller, requestId), tellingFrom(telling as Json))),
    vetoDecision: async ([caller, id, why], requestId) =>
      jsonOf(await changes.veto(by(caller, requestId), id as string, why as string)),
    undoDecision: async ([caller, id, why], requestId) =>
      jsonOf(await changes.undo(by(caller, requestId), id as string, why as string)),
    rateDecision: async ([caller, id, rating], requestId) =>
      jsonOf(await changes.rate(by(caller, requestId), id as string, rating as unknown as Rating)),
  };
}

/** Instants become text. */
function jsonOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

type Texts<Row extends { readonly at: Date }> = Omit<Row, 'at'> & { readonly at: string };

function datedFrom<Row extends { readonly at: Date }>(json: Json): Row {
  const row = json as unknown as Texts<Row>;
  return { ...row, at: new Date(row.at) } as unknown as Row;
}

function decisionFrom(json: Json): DecisionRow {
  const row = datedFrom<DecisionRow>(json);
  const { outcome } = row;
  return outcome === null ? row : { ...row, outcome: { ...outcome, endedAt: new Date(outcome.endedAt) } };
}

function tellingFrom(json: Json): Telling {
  const { at, ...telling } = json as unknown as Omit<Telling, 'at'> & { readonly at?: string };
  return { ...telling, ...(at !== undefined && { at: new Date(at) }) };
}
