/** What a task got from its DATA sources and what it returned; read when it is looked at. */
import type { JSX } from 'preact';
import { TaskOutputDocument } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { FaultBox } from '../parts/frame.jsx';
import { bytes } from '../parts/words.js';
import type { Task } from './why-waiting.js';

const SHOWN_MAX = 20_000;

function Value({ name, value }: { name: string; value: unknown }): JSX.Element {
  const text = JSON.stringify(value, null, 2) ?? 'null';
  const shown =
    text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}\n… ${bytes(text.length - SHOWN_MAX)} more` : text;
  return (
    <div class="value">
      <h4>{name}</h4>
      <pre tabIndex={0}>{shown}</pre>
    </div>
  );
}

export function Values({ task }: { task: Task }): JSX.Element {
  const { value, fault } = useAsk(TaskOutputDocument, { id: task.id });
  const read = value.value?.task;
  const sources = new Set(
    task.edgesIn.filter(({ type }) => type === 'DATA').map(({ source }) => source?.key),
  );
  const inputs = read?.dependencies.filter(({ key }) => sources.has(key)) ?? [];
  return (
    <>
      <FaultBox text={fault.value} />
      <section class="panel-section">
        <h3>Inputs</h3>
        {inputs.length === 0 && <p class="muted">Nothing comes along its edges.</p>}
        {inputs.map(({ key, output }) => (
          <Value key={key} name={key} value={output} />
        ))}
      </section>
      <section class="panel-section">
        <h3>Output</h3>
        {task.hasOutput && read != null ? (
          <Value name={`${bytes(task.outputBytes)} of JSON`} value={read.output} />
        ) : (
          <p class="muted">
            {task.status === 'COMPLETED' ? 'It returned nothing.' : 'It has returned nothing yet.'}
          </p>
        )}
      </section>
      <section class="panel-section">
        <h3>Work</h3>
        <pre tabIndex={0}>{JSON.stringify(task.work?.payload ?? null, null, 2)}</pre>
      </section>
    </>
  );
}
