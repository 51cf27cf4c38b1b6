/**
 * Tells a ledger again from its inputs alone, from where it begins or, where lines are gone, from the next checkpoint on. Called by
 * whoever wants to know whether a ledger holds: what it tells of changes has to be what this gives.
 */
import { assert } from '../../kit/assert.js';
import { Evolution } from './evolution.js';
import { type Checkpoint, isTransition, type LedgerLine } from './ledger.js';

export interface Retold {
  readonly evolution: Evolution;
  /** Those that the ledger should hold, from the inputs that could be told again. */
  readonly lines: readonly LedgerLine[];
}

/** Fails where a change has neither all that led to it nor a checkpoint before it, and where a checkpoint is not what was told. */
export function replay(ledger: readonly LedgerLine[]): Retold {
  const first = ledger[0];
  assert(first?.entry.kind === 'STARTED', 'a ledger begins with the start');
  const { evolution: begun, line } = Evolution.start(first.entry.settings, first.atMs);
  const lines = [line];
  /** Undefined: lines are missing, and there was no checkpoint since. */
  let evolution: Evolution | undefined = begun;
  let last = begun;
  for (const one of ledger.slice(1)) {
    if (one.number <= (lines.at(-1)?.number ?? 0)) continue; // it was given with the input that led to it
    if (evolution !== undefined && one.number !== evolution.snapshot().lines) evolution = undefined;
    if (one.entry.kind === 'CHECKPOINT') {
      evolution = atCheckpoint(one.entry, evolution);
      lines.push(one);
    } else if (evolution === undefined)
      assert(!isTransition(one.entry), () => `nothing is left of what led to line ${one.number}`);
    else lines.push(...given(evolution, one));
    last = evolution ?? last;
  }
  return { evolution: last, lines };
}

function atCheckpoint({ state }: Checkpoint, told: Evolution | undefined): Evolution {
  if (told !== undefined) {
    const { lines: _lines, checkpoint: _checkpoint, ...here } = told.snapshot();
    const { lines: _itsLines, checkpoint: _itsOwn, ...there } = state;
    assert(
      JSON.stringify(here) === JSON.stringify(there),
      () => `the checkpoint before line ${state.lines} is not what the lines before it come to`,
    );
  }
  return Evolution.restore(state);
}

function given(evolution: Evolution, { entry, atMs }: LedgerLine): LedgerLine[] {
  switch (entry.kind) {
    case 'OBSERVED':
      return evolution.observe(entry.observation, atMs);
    case 'FORCED':
      return evolution.force(entry.request, atMs);
    case 'PASSED':
      return evolution.pass(atMs);
    case 'CONFIGURED':
      return evolution.configure(entry.settings, atMs);
    default:
      return [];
  }
}
