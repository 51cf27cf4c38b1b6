/** The quantum layer: circuits that ran as tasks, and any circuit drawn, sampled and shown as a state while it is written. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  CircuitDrawnDocument,
  CircuitTaskDocument,
  QuantumLayerDocument,
  type QuantumLayerQuery,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, FigureTile, Section } from '../parts/frame.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import { ago, bytes, count, duration } from '../parts/words.js';
import { go, linkTo, param } from '../address/address.js';
import { CircuitPicture, type Report } from './circuit-picture.jsx';
import { Sampled } from './sampled.jsx';

const LOOK_MS = 4000;
const PAUSE_MS = 250;
const EXAMPLES: Readonly<Record<string, string>> = {
  Bell: 'OPENQASM 3;\ninclude "stdgates.inc";\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n',
  GHZ: 'OPENQASM 3;\ninclude "stdgates.inc";\nqubit[4] q;\nh q[0];\ncx q[0], q[1];\ncx q[1], q[2];\ncx q[2], q[3];\n',
  Rotation:
    'OPENQASM 3;\ninclude "stdgates.inc";\ninput float theta;\nqubit[3] q;\nh q;\nrz(theta) q[0];\ncp(theta) q[0], q[1];\nry(theta) q[2];\ncx q[2], q[0];\n',
};

function Figures({ layer }: { layer: QuantumLayerQuery['layer'] }): JSX.Element | null {
  const quantum = layer?.quantum;
  if (quantum == null) return null;
  return (
    <dl class="figures">
      <FigureTile
        name="Circuits"
        value={count(quantum.circuits)}
        says={`${count(quantum.shots)} shots since the start`}
      />
      <FigureTile
        name="In the engine"
        value={duration(quantum.ms / 1000)}
        says={`${count(quantum.passes)} passes over a state`}
      />
      <FigureTile
        name="Largest"
        value={
          <>
            {quantum.qubitsMax} <small>qubits</small>
          </>
        }
        says={`at most ${quantum.qubitsLimit} here`}
      />
      <FigureTile
        name="Memory of one"
        value={bytes(quantum.memoryLimitBytes)}
        says={`${quantum.threads} threads`}
      />
    </dl>
  );
}

function TaskList({ tasks }: { tasks: QuantumLayerQuery['tasks']['nodes'] }): JSX.Element {
  const open = param('circuit');
  if (tasks.length === 0)
    return (
      <Empty title="No circuit has run as a task">
        Run <code>npx taskmesh run examples/vqe.mesh.yaml</code>, or write one here.
      </Empty>
    );
  return (
    <ul class="pick-list" aria-label="Circuits that ran as tasks">
      {tasks.map((task) => (
        <li key={task.id}>
          <a
            href={linkTo({ circuit: task.id, qasm: null })}
            aria-current={open === task.id ? 'true' : undefined}
          >
            <StatusIcon status={task.status} size={14} />
            <span>{task.name}</span>
            <small>{task.finishedAt === null ? '' : ago(task.finishedAt)}</small>
          </a>
        </li>
      ))}
    </ul>
  );
}

interface Judged {
  readonly source: string;
  readonly report: Report;
}

/** Undefined until the first answer; the last one stays, with its own source, while one types. */
function useReport(source: string): { judged: Judged | undefined; fault: string } {
  const judged = useSignal<Judged | undefined>(undefined);
  const fault = useSignal('');
  useEffect(() => {
    if (source.trim() === '') return undefined;
    const over = new AbortController();
    const timer = setTimeout(() => {
      ask(CircuitDrawnDocument, { source }, over.signal).then(
        ({ validateCircuit }) => {
          judged.value = { source, report: validateCircuit };
          fault.value = '';
        },
        (error: unknown) => {
          if (!over.signal.aborted) fault.value = wordsOf(error);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [source]);
  return { judged: judged.value, fault: fault.value };
}

function Faults({ report }: { report: Report | undefined }): JSX.Element | null {
  if (report === undefined || report.valid) return null;
  return (
    <ul class="fault-list" role="alert">
      {report.errors.map(({ line, column, message }) => (
        <li key={`${line} ${column} ${message}`}>
          <b>{line === null ? '' : `line ${line}, column ${column ?? 1}`}</b> {message}
        </li>
      ))}
    </ul>
  );
}

function Editor({ source, report }: { source: string; report: Report | undefined }): JSX.Element {
  return (
    <Section title="Circuit" says="OpenQASM 2 or 3; drawn and simulated as you write, nothing is stored">
      <div class="toolbar-tools">
        {Object.entries(EXAMPLES).map(([name, text]) => (
          <button
            key={name}
            type="button"
            class="toggle"
            aria-pressed={source === text}
            onClick={() => go({ qasm: text, circuit: null })}
          >
            {name}
          </button>
        ))}
      </div>
      <textarea
        class="code"
        aria-label="OpenQASM"
        spellcheck={false}
        rows={9}
        value={source}
        onInput={(event) => go({ qasm: event.currentTarget.value }, { replace: true })}
      />
      <Faults report={report} />
    </Section>
  );
}

export function QuantumView(): JSX.Element {
  const { value, fault } = useAsk(QuantumLayerDocument, {}, LOOK_MS);
  const id = param('circuit');
  const chosen = useAsk(CircuitTaskDocument, { id: id || '00000000-0000-7000-8000-000000000000' });
  const task = id === '' ? undefined : chosen.value.value?.task;
  const circuit = task?.work?.circuit;
  const source = param('qasm') || circuit?.source || (id === '' ? (EXAMPLES['Bell'] as string) : '');
  const { judged, fault: wrong } = useReport(source);
  const report = judged?.report;
  const isEdited = param('qasm') !== '';
  return (
    <>
      <FaultBox text={fault.value || wrong} />
      <Figures layer={value.value?.layer ?? null} />
      <div class="with-list">
        <Section title="Ran as tasks" class="is-list">
          <TaskList tasks={value.value?.tasks.nodes ?? []} />
        </Section>
        <div class="stack">
          <div class="columns">
            {report?.picture != null && (
              <Section
                title={isEdited || task == null ? 'Drawing' : task.name}
                says={`${report.qubits} qubits · depth ${report.depth} · ${report.operations} operations, ${report.twoQubitGates} of two qubits · state ${bytes(report.memoryBytes)}`}
              >
                <CircuitPicture picture={report.picture} />
              </Section>
            )}
            <Editor source={source} report={report} />
          </div>
          {judged?.report.valid === true && (
            <Sampled
              key={judged.source}
              source={judged.source}
              report={judged.report}
              output={isEdited ? undefined : task?.output}
            />
          )}
        </div>
      </div>
    </>
  );
}
