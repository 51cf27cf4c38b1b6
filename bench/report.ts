/** Rows of figures, and how they are printed: JSON lines for programs, a table for people. */

export interface Row {
  readonly case: string;
  readonly unit: string;
  /** Null where the case was skipped. */
  readonly product: number | null;
  readonly peers: Readonly<Record<string, number>>;
  /** Above 1 the product is better than the best peer, also where less is better. Null without peers. */
  readonly ratioToBest: number | null;
  readonly bestPeer?: string;
  /** The same against the peers on PostgreSQL. */
  readonly ratioToBestPostgres?: number;
  /** What the figure should be, in words, and whether it is. */
  readonly target?: string;
  readonly met?: boolean;
  /** Every measurement behind the medians. */
  readonly runs?: Readonly<Record<string, readonly number[]>>;
  /** Processor time of each contestant's own process, s: what a busy machine distorts least. */
  readonly cpuSeconds?: Readonly<Record<string, number>>;
  /** The share of the machine that others used meanwhile, 0 to 1. */
  readonly others?: number;
  readonly skipped?: string;
  readonly note?: string;
}

export const PRODUCT = 'taskmesh';

export interface Comparison {
  readonly case: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** Contestants by name, the product among them. */
  readonly figures: Readonly<Record<string, number>>;
  readonly runs: Readonly<Record<string, readonly number[]>>;
  readonly onPostgres: ReadonlySet<string>;
}

/** The product against its peers. */
export function compared({ better, figures, onPostgres, ...rest }: Comparison): Row {
  const { [PRODUCT]: own, ...peers } = figures;
  const product = own ?? Number.NaN;
  const ratio = (peer: number): number => (better === 'higher' ? product / peer : peer / product);
  const ratios = Object.entries(peers).map(([name, figure]) => ({ name, ratio: ratio(figure) }));
  const hardest = ratios.toSorted((a, b) => a.ratio - b.ratio);
  const onSame = hardest.find(({ name }) => onPostgres.has(name));
  return {
    case: rest.case,
    unit: rest.unit,
    product: rounded(product),
    peers: Object.fromEntries(Object.entries(peers).map(([name, figure]) => [name, rounded(figure)])),
    ratioToBest: hardest[0] === undefined ? null : rounded(hardest[0].ratio),
    ...(hardest[0] && { bestPeer: hardest[0].name }),
    ...(onSame && { ratioToBestPostgres: rounded(onSame.ratio) }),
    runs: Object.fromEntries(Object.entries(rest.runs).map(([name, values]) => [name, values.map(rounded)])),
  };
}

/** A figure of the product that is held against a target instead of peers. */
export function alone(row: Pick<Row, 'case' | 'unit'> & { values: readonly number[] } & Partial<Row>): Row {
  const { values, product, ...rest } = row;
  const figure = product ?? middle(values);
  return {
    ...rest,
    product: rounded(figure as number),
    peers: {},
    ratioToBest: null,
    runs: { [PRODUCT]: values.map(rounded) },
  };
}

export function skipped(name: string, reason: string): Row {
  return { case: name, unit: '', product: null, peers: {}, ratioToBest: null, skipped: reason };
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Four figures that count, which is more than any measurement here has. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : value;
}

export function rowAsText(row: Row): string {
  const head = `\n${row.case}${row.unit === '' ? '' : `, ${row.unit}`}`;
  if (row.skipped !== undefined) return `${head}\n  skipped: ${row.skipped}`;
  const figures = { [PRODUCT]: row.product ?? Number.NaN, ...row.peers };
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  const lines = Object.entries(figures).map(([name, figure]) => {
    const runs = row.runs?.[name] ?? [];
    const cpu = row.cpuSeconds?.[name];
    const used = cpu === undefined ? '' : `   ${shown(cpu)} s of CPU`;
    const spread =
      runs.length < 2
        ? ''
        : `   ${shown(Math.min(...runs))} to ${shown(Math.max(...runs))} in ${runs.length} runs`;
    return `  ${name.padEnd(width)} ${shown(figure).padStart(12)}${used}${spread}`;
  });
  return [head, ...lines, ...verdicts(row).map((line) => `  ${line}`)].join('\n');
}

function verdicts({ ratioToBest, bestPeer, ratioToBestPostgres, target, met, note, others }: Row): string[] {
  return [
    ratioToBest === null ? '' : `${shown(ratioToBest)} × the best peer, ${bestPeer}`,
    ratioToBestPostgres === undefined ? '' : `${shown(ratioToBestPostgres)} × the best peer on PostgreSQL`,
    target === undefined ? '' : `target ${target}${met === undefined ? '' : met ? ': met' : ': not met'}`,
    note ?? '',
    others === undefined ? '' : `others used ${(others * 100).toFixed(0)} % of the machine`,
  ].filter((line) => line !== '');
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 21 : 4 });
}
