/** The latest predictions against what came: as a scatter, as an error over time, and as a calibration of the intervals. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  PredictedAndActualDocument,
  type PredictedAndActualQuery,
  PredictionsScoredDocument,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { useHeard } from '../api/use-heard.js';
import { Chart, type Line } from '../parts/chart.jsx';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { Legend } from '../parts/legend.jsx';
import { ago, count, duration, percent } from '../parts/words.js';
import { Table } from '../parts/table.jsx';
import { go, linkTo, param } from '../address/address.js';
import { Calibration } from './calibration.jsx';
import { calibrationOf, errorCurve, isScored, type Scored, scatterOf } from './scored.js';

const PAGES = 5;
const PAUSE_MS = 3000;
/** What is scored before the stream is open is told to nobody. */
const LOOK_MS = 10_000;
const ROWS = 12;
const SCATTER: readonly Line[] = [
  { name: 'inside its 90 % interval', tone: '--running', dots: true },
  { name: 'outside', tone: '--failed', dots: true },
  { name: 'no error', tone: '--muted' },
];

async function latest(signal: AbortSignal): Promise<Scored[]> {
  const all: Scored[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const { predictions }: PredictedAndActualQuery = await ask(PredictedAndActualDocument, { after }, signal);
    all.push(...predictions.nodes.filter(isScored));
    after = predictions.pageInfo.endCursor;
    if (!predictions.pageInfo.hasNextPage) break;
  }
  return all;
}

/** The newest first. */
function useScored(): { scored: readonly Scored[] | undefined; fault: string } {
  const scored = useSignal<readonly Scored[] | undefined>(undefined);
  const fault = useSignal('');
  const turn = useSignal(0);
  useHeard(PredictionsScoredDocument, {}, () => (turn.value += 1), PAUSE_MS);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) turn.value += 1;
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    const over = new AbortController();
    latest(over.signal).then(
      (found) => {
        scored.value = found;
        fault.value = '';
      },
      (error: unknown) => {
        if (!over.signal.aborted) fault.value = wordsOf(error);
      },
    );
    return () => over.abort();
  }, [turn.value]);
  return { scored: scored.value, fault: fault.value };
}

function KindSelect({ scored }: { scored: readonly Scored[] }): JSX.Element {
  const kinds = [...new Set(scored.map(({ typeKey }) => typeKey))].sort();
  return (
    <label class="fold">
      Kind of task
      <select value={param('type')} onChange={(event) => go({ type: event.currentTarget.value })}>
        <option value="">all</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kind}
          </option>
        ))}
      </select>
    </label>
  );
}

function Latest({ scored }: { scored: readonly Scored[] }): JSX.Element {
  return (
    <Table
      label="Latest predictions"
      heads={['Kind of task', 'Model', '#Predicted', '#Likely', '#Came', '#Error', '#When']}
    >
      {scored.slice(0, ROWS).map((one) => (
        <tr key={`${one.taskId} ${one.at}`}>
          <td class="cell-name">
            <a href={linkTo({ task: one.taskId })}>{one.typeKey}</a>
          </td>
          <td class="muted">{one.model}</td>
          <td class="cell-number">{duration(one.p50)}</td>
          <td class="cell-number muted">{`${duration(one.p05)} – ${duration(one.p95)}`}</td>
          <td class="cell-number">
            {duration(one.actual)}
            {(one.actual < one.p05 || one.actual > one.p95) && <span class="tag">outside</span>}
          </td>
          <td class="cell-number">
            {percent(Math.abs(one.p50 - one.actual) / Math.max(one.actual, 0.001), 1)}
          </td>
          <td class="cell-number muted">{ago(one.at)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Pictures({ scored }: { scored: readonly Scored[] }): JSX.Element {
  const scatter = scatterOf(scored);
  const curve = errorCurve(scored.toReversed());
  return (
    <>
      <div class="columns">
        <Section title="Predicted against actual" says="on the line there is no error; logarithmic, seconds">
          <Legend lines={SCATTER} />
          <Chart
            label="Predicted run time against actual run time"
            height={280}
            isTime={false}
            isLog
            lines={SCATTER}
            points={scatter}
            words={duration}
            xWords={duration}
          />
        </Section>
        <div class="stack">
          <Section title="Error over time" says="median of the latest 40, of what came">
            <Chart
              label="Median error over time"
              height={130}
              lines={[{ name: 'median error', tone: '--accent', filled: true }]}
              points={curve}
              words={(value) => percent(value)}
            />
          </Section>
          <Section
            title="Calibration"
            says={`where ${count(scored.length)} results lay between the quantiles that were predicted`}
          >
            <Calibration bands={calibrationOf(scored)} />
          </Section>
        </div>
      </div>
      <Latest scored={scored} />
    </>
  );
}

export function PredictionsView(): JSX.Element {
  const { scored, fault } = useScored();
  const kind = param('type');
  const shown = scored?.filter(({ typeKey }) => kind === '' || typeKey === kind);
  return (
    <>
      <FaultBox text={fault} />
      {scored !== undefined && (
        <div class="toolbar">
          <p class="muted">The latest {count(scored.length)} that were scored.</p>
          <KindSelect scored={scored} />
        </div>
      )}
      {shown !== undefined && shown.length === 0 && (
        <Empty title="No prediction was scored yet">
          Run the same kind of task a few times: what is known of it is predicted at the next start, and
          scored when it ends.
        </Empty>
      )}
      {shown !== undefined && shown.length > 0 && <Pictures scored={shown} />}
    </>
  );
}
