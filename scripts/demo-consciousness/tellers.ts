/** What the server tells over its subscriptions, as lines for the terminal. */
export interface Requirement {
  readonly name: string;
  readonly met: boolean;
  readonly has: string;
  readonly needs: string;
}

export interface Change {
  readonly kind: string;
  readonly from: string | null;
  readonly to: string;
  readonly who: string | null;
  readonly evidence: readonly Requirement[];
}

export interface Decision {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly mode: 'ACTING' | 'SHADOW';
  readonly reason: string;
  readonly expectedEffect: number;
  readonly chosen: string;
  readonly staticChoice: string;
  readonly recalled: readonly number[];
  readonly outcome: Outcome | null;
}

export interface Outcome {
  readonly ended: string;
  readonly cost: number | null;
  readonly staticCost: number | null;
  readonly regret: number | null;
  readonly affected: number;
  readonly saved: number;
}

export const PATTERNS = 'subscription { patternRecognized(after: 0) { kind subject text } }';
export const LEVELS =
  'subscription { consciousnessEvolved(after: 0) { kind from to who evidence { name met has needs } } }';
const DECISION =
  'id kind subject mode reason expectedEffect chosen staticChoice recalled outcome { ended cost staticCost regret affected saved }';
export const DECISIONS = `subscription { decisionMade(after: 0) { ${DECISION} } }`;
export const ENDED = `{ decisions(filter: { open: false, kind: HOLD }, first: 50) { nodes { ${DECISION} } } }`;

export const HISTORY = `{
  consciousness { decisions { kind mode made vetoed affected saved regret } objections { subject by owed } }
  consciousnessHistory { nodes { kind from to } }
}`;

export interface History {
  readonly consciousness: {
    readonly decisions: readonly {
      readonly kind: string;
      readonly mode: string;
      readonly made: number;
      readonly vetoed: number;
      readonly affected: number;
      readonly saved: number;
      readonly regret: number;
    }[];
    readonly objections: readonly { readonly subject: string; readonly by: string; readonly owed: number }[];
  };
  readonly consciousnessHistory: {
    readonly nodes: readonly { readonly kind: string; readonly from: string | null; readonly to: string }[];
  };
}

/** Those that follow what was learned (order, memory, …) are counted in shares, and are no part of this story. */
export const TOLD_KINDS: readonly string[] = ['HOLD', 'CIRCUIT_BREAK', 'QUARANTINE', 'ALERT'];

export function changeLines({ kind, from, to, who, evidence }: Change): string[] {
  const head =
    kind === 'PROMOTED'
      ? `level ${to} is earned`
      : `level: ${kind} ${from ?? ''} -> ${to}${who === null ? '' : ` by ${who}`}`;
  return [
    head,
    ...evidence.map(
      ({ name, met, has, needs }) => `  ${met ? 'met' : 'missing'}: ${name}: ${has} (needs ${needs})`,
    ),
  ];
}

export function decisionLines(decision: Decision): string[] {
  const { kind, subject, mode, reason, chosen, staticChoice, expectedEffect, recalled } = decision;
  const done = mode === 'ACTING' ? 'decided' : 'thought';
  return [
    `${done}: ${kind} about ${subject}: ${chosen}, where the static rule would ${staticChoice}`,
    `  ${reason}`,
    `  expected to save ${expectedEffect.toFixed(2)} s a start; ${recalled.length} episodes recalled`,
  ];
}

export function outcomeLine({ mode, kind, outcome }: Decision): string {
  if (outcome === null) return '';
  const { ended, regret, affected, saved } = outcome;
  const paid =
    regret === null ? 'nothing to compare' : `${regret.toFixed(2)} s a start against the static rule`;
  const starts = mode === 'ACTING' ? `${affected} starts waited, ` : 'nothing was done, ';
  const what = mode === 'ACTING' ? 'attempts saved' : 'attempts it would have saved';
  return `came of it: ${kind} ${ended}: ${starts}${saved.toFixed(1)} ${what}, ${paid}`;
}

export function historyLines({ consciousness, consciousnessHistory }: History): string[] {
  const levels = consciousnessHistory.nodes.toReversed();
  return [
    ...levels.map(({ kind, from, to }) => `${kind} ${from ?? ''} -> ${to}`),
    ...consciousness.decisions.map(
      ({ kind, mode, made, affected, saved, regret }) =>
        `${kind} ${mode}: ${made} decisions, ${affected} starts changed, ${saved.toFixed(1)} attempts saved, regret ${regret.toFixed(1)} ${TOLD_KINDS.includes(kind) ? 's' : 'shares'}`,
    ),
    ...consciousness.objections.map(
      ({ subject, by, owed }) => `vetoed by ${by}: ${subject}; ${owed} times to pay first`,
    ),
  ];
}
