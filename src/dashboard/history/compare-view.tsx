/** Two runs side by side: how long each took, and which tasks took longer or ended otherwise. */
import type { JSX } from 'preact';
import {
  ComparedRunDocument,
  type ComparedRunQuery,
  RunsNamedDocument,
  type RunsNamedQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, FigureTile } from '../parts/frame.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import { WORD } from '../parts/statuses.js';
import { count, day, duration, percent } from '../parts/words.js';
import { Table } from '../parts/table.jsx';
import { go, linkTo, param } from '../address/address.js';
import { type ComparedTask, comparedTasks, type Side, workSeconds } from './compared.js';

type Run = RunsNamedQuery['meshes']['nodes'][number];
type Compared = ComparedRunQuery;

const ROWS = 200;
const NONE = '00000000-0000-7000-8000-000000000001';

function Choice({ name, label, runs }: { name: string; label: string; runs: readonly Run[] }): JSX.Element {
  const chosen = param(name);
  const isListed = runs.some((run) => run.id === chosen);
  return (
    <label class="fold">
      {label}
      <select value={chosen} onChange={(event) => go({ [name]: event.currentTarget.value })}>
        <option value="">choose a run…</option>
        {chosen !== '' && !isListed && <option value={chosen}>{chosen.slice(0, 8)}…</option>}
        {runs.map((run) => (
          <option key={run.id} value={run.id}>
            {`${run.name}, ${day(run.createdAt)}, ${WORD[run.status].toLowerCase()}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function takenBy({ mesh }: Compared): number {
  if (mesh === null) return Number.NaN;
  return (
    ((mesh.finishedAt === null ? Date.now() : Date.parse(mesh.finishedAt)) - Date.parse(mesh.createdAt)) /
    1000
  );
}

function change(before: number, after: number): string {
  const share = before > 0 ? (after - before) / before : 0;
  return `${share >= 0 ? '+' : '−'}${percent(Math.abs(share), 1)}`;
}

function Figures({
  first,
  second,
  tasks,
}: {
  first: Compared;
  second: Compared;
  tasks: readonly ComparedTask[];
}): JSX.Element {
  const [before, after] = [takenBy(first), takenBy(second)];
  const [workBefore, workAfter] = [first.meshGraph, second.meshGraph].map((graph) =>
    graph === null ? 0 : workSeconds(graph),
  ) as [number, number];
  const otherwise = tasks.filter((task) => task.before?.status !== task.after?.status).length;
  return (
    <dl class="figures">
      <FigureTile
        name="Took"
        value={`${duration(before)} → ${duration(after)}`}
        says={change(before, after)}
      />
      <FigureTile
        name="Work in it"
        value={`${duration(workBefore)} → ${duration(workAfter)}`}
        says={`${change(workBefore, workAfter)}, last attempts added up`}
      />
      <FigureTile
        name="Tasks"
        value={count(tasks.length)}
        says={`${count(tasks.filter((task) => task.before === undefined || task.after === undefined).length)} only in one of them`}
      />
      <FigureTile name="Ended otherwise" value={count(otherwise)} says="or are in one run only" />
    </dl>
  );
}

function SideCell({ side }: { side: Side | undefined }): JSX.Element {
  if (side === undefined) return <td class="muted">not in it</td>;
  return (
    <td class="cell-status">
      <a
        href={linkTo({ task: side.id })}
        title={`${WORD[side.status]}, attempt ${side.attempts}${side.layer === null ? '' : `, ${side.layer}`}`}
      >
        <StatusIcon status={side.status} size={14} />
      </a>
      <span>{side.seconds === null ? WORD[side.status] : duration(side.seconds)}</span>
      {side.attempts > 1 && <span class="tag">{side.attempts} attempts</span>}
    </td>
  );
}

function Difference({ more, widest }: { more: number | null; widest: number }): JSX.Element {
  if (more === null) return <td />;
  const share = `${((Math.abs(more) / widest) * 50).toFixed(1)}%`;
  return (
    <td class="cell-difference">
      <span class="difference" aria-hidden="true">
        <span
          class={more > 0 ? 'is-longer' : 'is-shorter'}
          style={more > 0 ? { left: '50%', width: share } : { right: '50%', width: share }}
        />
      </span>
      <span>{`${more >= 0 ? '+' : '−'}${duration(Math.abs(more))}`}</span>
    </td>
  );
}

function TaskTable({ tasks }: { tasks: readonly ComparedTask[] }): JSX.Element {
  const shown = tasks.slice(0, ROWS);
  const widest = Math.max(1e-9, ...tasks.map(({ more }) => Math.abs(more ?? 0)));
  return (
    <>
      <Table label="Tasks of two runs" heads={['Task', 'First run', 'Second run', 'Difference']}>
        {shown.map((task) => (
          <tr key={task.key}>
            <td class="cell-name">
              <b>{task.name}</b>
              {task.key !== task.name && <span class="muted"> {task.key}</span>}
            </td>
            <SideCell side={task.before} />
            <SideCell side={task.after} />
            <Difference more={task.more} widest={widest} />
          </tr>
        ))}
      </Table>
      {tasks.length > shown.length && (
        <p class="muted">and {count(tasks.length - shown.length)} that differ less</p>
      )}
    </>
  );
}

export function CompareView(): JSX.Element {
  const [a, b] = [param('a'), param('b')];
  const { value: listed } = useAsk(RunsNamedDocument, { filter: {} });
  const first = useAsk(ComparedRunDocument, { id: a || NONE });
  const second = useAsk(ComparedRunDocument, { id: b || NONE });
  const [before, after] = [first.value.value, second.value.value];
  const runs = listed.value?.meshes.nodes ?? [];
  const isReady = a !== '' && b !== '' && before?.meshGraph != null && after?.meshGraph != null;
  const tasks =
    isReady && before?.meshGraph != null && after?.meshGraph != null
      ? comparedTasks(before.meshGraph, after.meshGraph)
      : [];
  return (
    <>
      <div class="toolbar">
        <div class="toolbar-tools">
          <Choice name="a" label="First" runs={runs} />
          <Choice name="b" label="Second" runs={runs} />
          <a class="button" href={linkTo({ a: b, b: a })}>
            Swap
          </a>
        </div>
      </div>
      <FaultBox text={(a !== '' && first.fault.value) || (b !== '' && second.fault.value) || ''} />
      {(a === '' || b === '') && (
        <Empty title="Choose two runs">
          Under <a href={linkTo({ part: null })}>Runs by name</a>, every run has a link that compares it with
          the one before.
        </Empty>
      )}
      {isReady && before !== undefined && after !== undefined && (
        <>
          <Figures first={before} second={after} tasks={tasks} />
          <TaskTable tasks={tasks} />
        </>
      )}
    </>
  );
}
