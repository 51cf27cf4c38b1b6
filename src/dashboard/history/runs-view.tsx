/** Meshes by name: how often they ran, how that ended, how long it takes; the runs of the open name below. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import {
  MeshRunsDocument,
  type MeshRunsQuery,
  RunsNamedDocument,
  type RunsNamedQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { SpanTabs, spanSeconds } from '../parts/span.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import { WORD } from '../parts/statuses.js';
import { ago, count, day, duration } from '../parts/words.js';
import { Table } from '../parts/table.jsx';
import { go, linkTo, param } from '../address/address.js';
import { useKeys } from '../shell/keyboard.js';

type Row = MeshRunsQuery['meshStats'][number];
type Run = RunsNamedQuery['meshes']['nodes'][number];

const LOOK_MS = 5000;

function Ends({ row }: { row: Row }): JSX.Element {
  const ends = [
    ['COMPLETED', row.completed],
    ['FAILED', row.failed],
    ['CANCELLED', row.cancelled],
    ['RUNNING', row.open],
  ] as const;
  return (
    <span class="ends">
      {ends
        .filter(([, amount]) => amount > 0)
        .map(([status, amount]) => (
          <span key={status} title={`${count(amount)} ${WORD[status].toLowerCase()}`}>
            <StatusIcon status={status} size={13} />
            {count(amount)}
          </span>
        ))}
    </span>
  );
}

function seconds(value: number | null): string {
  return value === null ? '–' : duration(value);
}

function NameRow({ row }: { row: Row }): JSX.Element {
  const isOpen = param('name') === row.name;
  return (
    <tr class={isOpen ? 'is-open' : ''}>
      <td class="cell-name">
        <a href={linkTo({ name: isOpen ? null : row.name })} aria-current={isOpen ? 'true' : undefined}>
          {row.name}
        </a>
      </td>
      <td class="cell-number">{count(row.runs)}</td>
      <td>
        <Ends row={row} />
      </td>
      <td class="cell-number">{seconds(row.secondsP50)}</td>
      <td class="cell-number">{seconds(row.secondsP95)}</td>
      <td class="cell-number">{seconds(row.secondsP99)}</td>
      <td class="cell-number muted" title={day(row.lastAt)}>
        <a href={linkTo({ page: 'mesh', mesh: row.lastId })}>{ago(row.lastAt)}</a>
      </td>
    </tr>
  );
}

function secondsOf({ createdAt, finishedAt }: Run): number {
  return ((finishedAt === null ? Date.now() : Date.parse(finishedAt)) - Date.parse(createdAt)) / 1000;
}

function RunRow({
  run,
  before,
  longest,
}: {
  run: Run;
  before: Run | undefined;
  longest: number;
}): JSX.Element {
  const took = secondsOf(run);
  return (
    <li>
      <StatusIcon status={run.status} size={14} />
      <a href={linkTo({ page: 'mesh', mesh: run.id })} title={day(run.createdAt)}>
        {ago(run.createdAt)}
      </a>
      <span class="run-track" aria-hidden="true">
        <span
          class={`is-${run.status.toLowerCase()}`}
          style={{ width: `${Math.max(0.5, (took / longest) * 100).toFixed(1)}%` }}
        />
      </span>
      <span class="run-words">
        {duration(took)}
        <span class="muted">
          {' '}
          {WORD[run.status].toLowerCase()}, {count(run.counts.total)} tasks
          {run.counts.failed > 0 && `, ${count(run.counts.failed)} failed`}
        </span>
      </span>
      {before !== undefined && (
        <a href={linkTo({ part: 'compare', a: before.id, b: run.id })}>compare with the one before</a>
      )}
    </li>
  );
}

function RunsOf({ name }: { name: string }): JSX.Element {
  const { value, fault } = useAsk(RunsNamedDocument, { filter: { search: name } }, LOOK_MS);
  const runs = (value.value?.meshes.nodes ?? []).filter((run) => run.name === name);
  const longest = Math.max(1e-9, ...runs.map(secondsOf));
  return (
    <Section title={`Runs of ${name}`} says="the latest first, at most 60">
      <FaultBox text={fault.value} />
      <ol class="runs">
        {runs.map((run, index) => (
          <RunRow key={run.id} run={run} before={runs[index + 1]} longest={longest} />
        ))}
      </ol>
    </Section>
  );
}

function Search(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useKeys([{ key: '/', says: 'Search names', run: () => field.current?.focus() }], []);
  return (
    <div class="search">
      <Glyph name="search" size={14} />
      <input
        ref={field}
        type="search"
        placeholder="Search names  /"
        aria-label="Search names"
        value={param('q')}
        onInput={(event) => go({ q: event.currentTarget.value }, { replace: true })}
      />
    </div>
  );
}

export function RunsView(): JSX.Element {
  const words = param('q');
  const { value, fault } = useAsk(
    MeshRunsDocument,
    { window: spanSeconds('7d'), search: words === '' ? null : words },
    LOOK_MS,
  );
  const rows = value.value?.meshStats;
  const open = param('name');
  return (
    <>
      <div class="toolbar">
        <SpanTabs usual="7d" />
        <Search />
      </div>
      <FaultBox text={fault.value} />
      {rows?.length === 0 && (
        <Empty title={words === '' ? 'Nothing ran in this time' : 'No name is like that'}>
          Look further back, or run <code>npx taskmesh run examples/release.mesh.yaml</code>.
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <Table
          label="Runs by name"
          heads={['Mesh', '#Runs', 'How they ended', '#Median', '#p95', '#p99', '#Last']}
        >
          {rows.map((row) => (
            <NameRow key={row.name} row={row} />
          ))}
        </Table>
      )}
      {open !== '' && <RunsOf key={open} name={open} />}
    </>
  );
}
