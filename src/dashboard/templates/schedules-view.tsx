/** Templates that run at times: when each is due next, what became of the last time, and what one may do about it. */
import type { JSX } from 'preact';
import {
  PauseFromPageDocument,
  ResumeFromPageDocument,
  SchedulesDocument,
  type SchedulesQuery,
  TriggerFromPageDocument,
} from '../../generated/dashboard/graphql.js';
import { linkTo } from '../address/address.js';
import { may, mayChange } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { act } from '../parts/act.js';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { Table } from '../parts/table.jsx';
import { ago, day, sentence } from '../parts/words.js';

type Row = SchedulesQuery['schedules']['nodes'][number];

const LOOK_MS = 3000;

function Buttons({ row, again }: { row: Row; again: () => void }): JSX.Element {
  const { name, paused } = row;
  const variables = { name };
  const done = { text: `${name} ${paused ? 'goes on' : 'is paused'}` };
  const turn = (): Promise<boolean> =>
    paused ? act(ResumeFromPageDocument, variables, done) : act(PauseFromPageDocument, variables, done);
  return (
    <>
      {mayChange('pauseSchedule', row.createdBy) && (
        <button type="button" class="toggle" onClick={() => void turn().then(again)}>
          {paused ? 'Resume' : 'Pause'}
        </button>
      )}
      {may('triggerSchedule') && (
        <button
          type="button"
          class="toggle"
          onClick={() =>
            void act(TriggerFromPageDocument, variables, { text: `${name} runs now` }).then(again)
          }
        >
          Run now
        </button>
      )}
    </>
  );
}

function ScheduleRow({ row, again }: { row: Row; again: () => void }): JSX.Element {
  const { name, template, cron, timeZone, paused, upcoming, lastAt, lastOutcome, lastMessage, lastMeshId } =
    row;
  const said = lastOutcome === null ? '–' : sentence(lastOutcome);
  return (
    <tr>
      <td class="cell-name">{name}</td>
      <td>
        <a href={linkTo({ view: null, template })}>{template}</a>
      </td>
      <td title={timeZone}>
        <code>{cron}</code> <span class="muted">{timeZone}</span>
      </td>
      <td class="muted">{paused ? 'paused' : upcoming.map(day).join(' · ') || 'never again'}</td>
      <td title={lastMessage ?? undefined}>
        {lastMeshId === null ? said : <a href={linkTo({ page: 'mesh', mesh: lastMeshId })}>{said}</a>}{' '}
        <span class="muted">{lastAt === null ? '' : ago(lastAt)}</span>
      </td>
      <td class="cell-actions">
        <Buttons row={row} again={again} />
      </td>
    </tr>
  );
}

export function SchedulesView(): JSX.Element {
  const { value, fault, again } = useAsk(SchedulesDocument, {}, LOOK_MS);
  const rows = value.value?.schedules.nodes;
  return (
    <>
      <FaultBox text={fault.value} />
      {rows?.length === 0 && (
        <Empty title="No schedule yet">
          Make one with <code>npx taskmesh schedule set nightly TEMPLATE "30 2 * * *"</code>.
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <Table label="Schedules" heads={['Schedule', 'Template', 'At', 'Next', 'Last', 'Actions']}>
          {rows.map((row) => (
            <ScheduleRow key={row.name} row={row} again={again} />
          ))}
        </Table>
      )}
    </>
  );
}
