/** What learning noticed and changed by itself: machines that drifted, and parameters that it tuned, with what that gained. */
import type { JSX } from 'preact';
import { ChangedDocument, type ChangedQuery } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { ago, day, figure, percent, sentence } from '../parts/words.js';
import { Table } from '../parts/table.jsx';

const LOOK_MS = 10_000;

function Drift({ alarms }: { alarms: ChangedQuery['driftAlarms'] }): JSX.Element {
  if (alarms.length === 0)
    return (
      <Empty title="No machine drifted">
        When one takes longer or shorter than learned for a while, it is counted with a factor from then on.
      </Empty>
    );
  return (
    <Table label="Drift" heads={['Machine', '#Factor', '#Error', '#When']}>
      {alarms.map((alarm) => (
        <tr key={`${alarm.machine} ${alarm.at}`}>
          <td>
            <b>{alarm.machine}</b>
          </td>
          <td class="cell-number">{`${figure(alarm.factorBefore)} → ${figure(alarm.factorAfter)}`}</td>
          <td class="cell-number">{`${percent(alarm.errorBefore)} → ${percent(alarm.errorAfter)}`}</td>
          <td class="cell-number muted" title={day(alarm.at)}>
            {ago(alarm.at)}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Tuned({ changes }: { changes: ChangedQuery['tuningChanges'] }): JSX.Element {
  if (changes.length === 0)
    return (
      <Empty title="Nothing was tuned yet">
        Timeouts, retries and memory are tuned once some hundred attempts have been seen.
      </Empty>
    );
  return (
    <Table label="Tuning" heads={['Parameter', 'Of', '#Change', '#Gain expected', '#Gain seen', '#When']}>
      {changes.map((change) => (
        <tr key={change.id}>
          <td>
            <b>{sentence(change.parameter)}</b>
            {change.revertedAt !== null && <span class="tag">taken back</span>}
          </td>
          <td class="muted">{change.scope}</td>
          <td class="cell-number">{`${figure(change.before)} → ${figure(change.after)}`}</td>
          <td class="cell-number">{percent(change.predictedGain, 1)}</td>
          <td class="cell-number">
            {change.realisedGain === null ? 'not yet' : percent(change.realisedGain, 1)}
          </td>
          <td class="cell-number muted" title={day(change.at)}>
            {ago(change.at)}
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function ChangedView(): JSX.Element {
  const { value, fault } = useAsk(ChangedDocument, {}, LOOK_MS);
  return (
    <>
      <FaultBox text={fault.value} />
      {value.value !== undefined && (
        <div class="columns">
          <Section title="Drift">
            <Drift alarms={value.value.driftAlarms} />
          </Section>
          <Section title="Tuning">
            <Tuned changes={value.value.tuningChanges} />
          </Section>
        </div>
      )}
    </>
  );
}
