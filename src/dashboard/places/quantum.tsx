/** The quantum layer: what it has simulated, the circuits that ran with their counts, and a bench to try a circuit on. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  CircuitAnswerDocument,
  CircuitTasksDocument,
  type PlacesQuery,
  SimulateSourceDocument,
  type SimulateSourceQuery,
  StateOfDocument,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { useAsk } from '../api/use-ask.js';
import { FaultBox, Section } from '../parts/frame.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import { ago, bytes, count, duration, plural } from '../parts/words.js';
import { go, linkTo, param } from '../place/place.js';
import { Histogram } from './histogram.jsx';
import { StateDrawing, type Amplitudes } from './state-drawing.jsx';

type Layer = PlacesQuery['layers'][number];

const LOOK_MS = 5000;
const DRAWN_QUBITS_MAX = 6;
const FIRST = `OPENQASM 3;
include "stdgates.inc";
qubit[3] q;
h q[0];
cx q[0], q[1];
cx q[1], q[2];
rz(pi/4) q[2];`;

function Bench(): JSX.Element {
  const source = useSignal(FIRST);
  const answer = useSignal<SimulateSourceQuery | undefined>(undefined);
  const amplitudes = useSignal<Amplitudes | undefined>(undefined);
  const fault = useSignal('');
  const simulate = async (): Promise<void> => {
    try {
      fault.value = '';
      answer.value = await ask(SimulateSourceDocument, { source: source.value, shots: 1024 });
      const { qubits } = answer.value.simulateCircuit;
      amplitudes.value =
        qubits > DRAWN_QUBITS_MAX
          ? undefined
          : ((await ask(StateOfDocument, { source: source.value })).simulateCircuit.statevector ?? undefined);
    } catch (error) {
      fault.value = wordsOf(error);
    }
  };
  const report = answer.value?.validateCircuit;
  return (
    <div class="bench">
      <div class="form">
        <textarea
          aria-label="Circuit in OpenQASM"
          rows={9}
          spellcheck={false}
          value={source.value}
          onInput={(event) => (source.value = event.currentTarget.value)}
        />
        <button type="button" onClick={() => void simulate()}>
          Simulate
        </button>
        <FaultBox text={fault.value} />
        {report?.valid === true && (
          <p class="muted">
            {plural(report.qubits ?? 0, 'qubit')}, depth {report.depth},{' '}
            {plural(report.operations ?? 0, 'operation')}
          </p>
        )}
      </div>
      {answer.value !== undefined && (
        <Histogram counts={answer.value.simulateCircuit.counts as Record<string, number> | null} />
      )}
      {amplitudes.value !== undefined && <StateDrawing amplitudes={amplitudes.value} />}
    </div>
  );
}

function Ran(): JSX.Element | null {
  const tasks = useAsk(CircuitTasksDocument, {}, LOOK_MS).value.value?.tasks.nodes ?? [];
  const chosen = param('circuit') || tasks.find(({ hasOutput }) => hasOutput)?.id || '';
  if (tasks.length === 0) return null;
  return (
    <div class="ran">
      <ul aria-label="Circuits that ran">
        {tasks.map(({ id, name, status, meshId, finishedAt }) => (
          <li key={id}>
            <button
              type="button"
              class="toggle"
              aria-pressed={id === chosen}
              onClick={() => go({ circuit: id })}
            >
              <StatusIcon status={status} size={13} /> {name}
            </button>
            <a href={linkTo({ page: 'mesh', mesh: meshId, task: id })}>open</a>
            <span class="muted">{finishedAt === null ? '' : ago(finishedAt)}</span>
          </li>
        ))}
      </ul>
      {chosen !== '' && <Answer id={chosen} />}
    </div>
  );
}

function Answer({ id }: { id: string }): JSX.Element {
  const task = useAsk(CircuitAnswerDocument, { id }).value.value?.task;
  const output = task?.output as
    | { counts?: Record<string, number>; statevector?: Amplitudes }
    | null
    | undefined;
  return (
    <div class="columns">
      <Histogram counts={output?.counts ?? null} />
      {output?.statevector !== undefined && output.statevector.length <= 2 ** DRAWN_QUBITS_MAX && (
        <StateDrawing amplitudes={output.statevector} />
      )}
    </div>
  );
}

export function Quantum({ layer }: { layer: Layer | undefined }): JSX.Element | null {
  const quantum = layer?.quantum;
  if (quantum == null) return null;
  return (
    <Section
      title="Quantum layer"
      says={`${plural(quantum.circuits, 'circuit')} simulated in ${duration(quantum.ms / 1000)}, ${count(quantum.shots)} shots; at most ${quantum.qubitsLimit} qubits and ${bytes(quantum.memoryLimitBytes)} on ${plural(quantum.threads, 'thread')}.`}
    >
      <Ran />
      <Bench />
    </Section>
  );
}
