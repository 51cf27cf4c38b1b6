/** Two runs beside each other, task by task, the largest difference first. */
import type { JSX } from 'preact';
import {
  MeshGraphDocument,
  MeshListDocument,
  type MeshGraphQuery,
  type MeshListQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, FigureTile } from '../parts/frame.jsx';
import { StatusMark } from '../parts/status-mark.jsx';
import type { StatusName } from '../parts/statuses.js';
import { day, duration, plural } from '../parts/words.js';
import { go, param } from '../place/place.js';
import { Table } from '../parts/table.jsx';

const HEADS = ['Task', 'First', '#Took', 'Second', '#took', 'Difference'];
type Graph = MeshGraphQuery['meshGraph'];
type Mesh = MeshListQuery['meshes']['nodes'][number];

const ROWS_MAX = 200;
const NOWHERE = '00000000-0000-7000-8000-000000000000';

interface Pair {
  readonly key: string;
  readonly seconds: readonly [number, number];
  readonly statuses: readonly [StatusName | undefined, StatusName | undefined];
}

function secondsAt(graph: NonNullable<Graph>, place: number): number {
  const [started, finished] = [graph.startedAt[place], graph.finishedAt[place]];
  return started == null || finished == null ? Number.NaN : (finished - started) / 1000;
}

function pairs(left: Graph, right: Graph): Pair[] {
  if (left == null || right == null) return [];
  const places = new Map(right.keys.map((key, place) => [key, place]));
  const both = left.keys.map((key, place): Pair => {
    const other = places.get(key);
    const seconds = [
      secondsAt(left, place),
      other === undefined ? Number.NaN : secondsAt(right, other),
    ] as const;
    return {
      key,
      seconds,
      statuses: [left.statuses[place], other === undefined ? undefined : right.statuses[other]],
    };
  });
  const size = ({ seconds: [a, b] }: Pair): number => (Number.isNaN(b - a) ? -1 : Math.abs(b - a));
  return both.sort((a, b) => size(b) - size(a));
}

function Choice({
  name,
  label,
  meshes,
}: {
  name: string;
  label: string;
  meshes: readonly Mesh[];
}): JSX.Element {
  return (
    <label class="fold">
      {label}
      <select value={param(name)} onChange={(event) => go({ [name]: event.currentTarget.value })}>
        <option value="">choose a run</option>
        {meshes.map(({ id, name: mesh, createdAt, status }) => (
          <option key={id} value={id}>
            {mesh}, {day(createdAt)}, {status.toLowerCase()}
          </option>
        ))}
      </select>
    </label>
  );
}

function spanOf(graph: Graph): number {
  if (graph == null) return Number.NaN;
  const ends = graph.finishedAt.flatMap((time) => time ?? []);
  const begins = graph.startedAt.flatMap((time) => time ?? []);
  return ends.length === 0 ? Number.NaN : (Math.max(...ends) - Math.min(...begins)) / 1000;
}

function Difference({
  seconds: [a, b],
  most,
}: {
  seconds: readonly [number, number];
  most: number;
}): JSX.Element {
  const by = b - a;
  if (Number.isNaN(by)) return <td class="muted">–</td>;
  const width = `${(50 * Math.abs(by)) / most}%`;
  return (
    <td class="difference" aria-label={`${by > 0 ? 'slower' : 'faster'} by ${duration(Math.abs(by))}`}>
      <i
        class={by > 0 ? 'is-slower' : 'is-faster'}
        style={by > 0 ? { left: '50%', width } : { right: '50%', width }}
      />
      <span>
        {by > 0 ? '+' : '−'}
        {duration(Math.abs(by))}
      </span>
    </td>
  );
}

export function Compare(): JSX.Element {
  const meshes = useAsk(MeshListDocument, { first: 50, filter: {} }).value.value?.meshes.nodes ?? [];
  const [a, b] = [param('a'), param('b')];
  const left = useAsk(MeshGraphDocument, { id: a || NOWHERE });
  const right = useAsk(MeshGraphDocument, { id: b || NOWHERE });
  const [one, other] = [left.value.value?.meshGraph, right.value.value?.meshGraph];
  const rows = a === '' || b === '' ? [] : pairs(one ?? null, other ?? null);
  const most = Math.max(0.001, ...rows.map(({ seconds: [from, to] }) => Math.abs(to - from) || 0));
  return (
    <>
      <div class="toolbar-tools">
        <Choice name="a" label="First" meshes={meshes} />
        <Choice name="b" label="Second" meshes={meshes} />
      </div>
      <FaultBox text={left.fault.value || right.fault.value} />
      {rows.length === 0 && (
        <Empty title="Choose two runs">Best two of the same mesh: tasks are matched by their keys.</Empty>
      )}
      {rows.length > 0 && (
        <>
          <dl class="figures">
            <FigureTile name="First took" value={duration(spanOf(one ?? null))} />
            <FigureTile name="Second took" value={duration(spanOf(other ?? null))} />
            <FigureTile
              name="Difference"
              value={duration(Math.abs(spanOf(other ?? null) - spanOf(one ?? null)))}
              says={
                spanOf(other ?? null) > spanOf(one ?? null)
                  ? 'the second was slower'
                  : 'the second was faster'
              }
            />
            <FigureTile
              name="In both"
              value={plural(rows.filter(({ statuses }) => statuses[1] !== undefined).length, 'task')}
            />
          </dl>
          <Table label="Differences" heads={HEADS}>
            {rows.slice(0, ROWS_MAX).map(({ key, seconds, statuses }) => (
              <tr key={key}>
                <td class="cell-name">{key}</td>
                <td>{statuses[0] !== undefined && <StatusMark status={statuses[0]} />}</td>
                <td class="cell-number">{duration(seconds[0])}</td>
                <td>
                  {statuses[1] === undefined ? (
                    <span class="muted">not there</span>
                  ) : (
                    <StatusMark status={statuses[1]} />
                  )}
                </td>
                <td class="cell-number">{duration(seconds[1])}</td>
                <Difference seconds={seconds} most={most} />
              </tr>
            ))}
          </Table>
        </>
      )}
    </>
  );
}
