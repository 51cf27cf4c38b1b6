/** Attempts within a window, by what one chooses, with percentiles of waiting and running. */
import type { JSX } from 'preact';
import { RunStatsDocument, type StatsGroup } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Meter } from '../parts/frame.jsx';
import { count, figure, milliseconds, percent } from '../parts/words.js';
import { go, param } from '../place/place.js';
import { Table } from '../parts/table.jsx';

const GROUPS: readonly (readonly [StatsGroup, string])[] = [
  ['TYPE_KEY', 'kind of task'],
  ['LAYER', 'layer'],
  ['WORK_KIND', 'kind of work'],
  ['PRIORITY', 'priority'],
  ['TASK_TYPE', 'size'],
  ['OUTCOME', 'outcome'],
];
const WINDOWS: readonly (readonly [number, string])[] = [
  [900, '15 minutes'],
  [3600, 'hour'],
  [86_400, 'day'],
  [604_800, 'week'],
];
const LOOK_MS = 10_000;

const HEADS = [
  '#Attempts',
  '#Failed',
  '#A second',
  '#Wait p50',
  '#Wait p95',
  '#Run p50',
  '#Run p95',
  '#Run p99',
  'p99',
];

function groupWord(groupBy: StatsGroup): string {
  return GROUPS.find(([id]) => id === groupBy)?.[1] ?? '';
}

function Filters({ groupBy, window }: { groupBy: StatsGroup; window: number }): JSX.Element {
  return (
    <div class="toolbar-tools">
      <label class="fold">
        By
        <select value={groupBy} onChange={(event) => go({ by: event.currentTarget.value })}>
          {GROUPS.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="fold">
        of the last
        <select value={window} onChange={(event) => go({ window: event.currentTarget.value })}>
          {WINDOWS.map(([seconds, name]) => (
            <option key={seconds} value={seconds}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

export function RunTimes(): JSX.Element {
  const groupBy = (param('by') || 'TYPE_KEY') as StatsGroup;
  const window = Number(param('window')) || 3600;
  const { value, fault } = useAsk(RunStatsDocument, { groupBy, window }, LOOK_MS);
  const rows = [...(value.value?.executionStats ?? [])].sort((a, b) => b.attempts - a.attempts);
  const most = Math.max(1, ...rows.map(({ runMsP99 }) => runMsP99 ?? 0));
  return (
    <>
      <Filters groupBy={groupBy} window={window} />
      <FaultBox text={fault.value} />
      {value.value !== undefined && rows.length === 0 && <Empty title="Nothing ran in this time" />}
      {rows.length > 0 && (
        <Table label="Run times" heads={[groupWord(groupBy), ...HEADS]}>
          {rows.map((row) => (
            <tr key={row.group}>
              <td class="cell-name">{row.group}</td>
              <td class="cell-number">{count(row.attempts)}</td>
              <td class="cell-number">{row.failed === 0 ? '–' : percent(row.failed / row.attempts, 1)}</td>
              <td class="cell-number">{figure(row.throughputPerSecond)}</td>
              <td class="cell-number">{milliseconds(row.waitMsP50)}</td>
              <td class="cell-number">{milliseconds(row.waitMsP95)}</td>
              <td class="cell-number">{milliseconds(row.runMsP50)}</td>
              <td class="cell-number">{milliseconds(row.runMsP95)}</td>
              <td class="cell-number">{milliseconds(row.runMsP99)}</td>
              <td class="cell-bar">
                <Meter
                  share={(row.runMsP99 ?? 0) / most}
                  tone="--running"
                  label={`p99 ${milliseconds(row.runMsP99)}`}
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
