/** What a circuit answers: how often each outcome was seen, and its state. Its parameters are turned by hand. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { CircuitSampledDocument, type CircuitSampledQuery } from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { Bars } from '../parts/bars.jsx';
import { FaultBox, Section } from '../parts/frame.jsx';
import { count, figure, percent } from '../parts/words.js';
import type { Report } from './circuit-picture.jsx';
import { StatePicture } from './state-picture.jsx';

type Answer = CircuitSampledQuery['simulateCircuit'];

const SHOTS = 1024;
const STATE_QUBITS_MAX = 10;
const OUTCOMES_MAX = 16;
const PAUSE_MS = 60;

interface SampledProps {
  readonly source: string;
  readonly report: Report;
  /** What the task answered when it ran; undefined: no task. */
  readonly output: unknown;
}

function Histogram({
  counts,
  shots,
}: {
  counts: Readonly<Record<string, unknown>>;
  shots: number;
}): JSX.Element {
  const outcomes = Object.entries(counts)
    .map(([bits, seen]) => ({ bits, seen: Number(seen) }))
    .sort((a, b) => b.seen - a.seen);
  const highest = outcomes[0]?.seen ?? 1;
  const rest = outcomes.length - OUTCOMES_MAX;
  return (
    <>
      <Bars
        label="Outcomes"
        mono
        bars={outcomes.slice(0, OUTCOMES_MAX).map(({ bits, seen }) => ({
          name: bits,
          share: seen / highest,
          words: `${count(seen)}  ${percent(seen / shots, 1)}`,
        }))}
      />
      {rest > 0 && <p class="muted">and {count(rest)} rarer outcomes</p>}
    </>
  );
}

function Parameters({
  names,
  angles,
  turn,
}: {
  names: readonly string[];
  angles: readonly number[];
  turn: (index: number, angle: number) => void;
}): JSX.Element | null {
  if (names.length === 0) return null;
  return (
    <div class="dials">
      {names.map((name, index) => (
        <label key={name}>
          <span>{name}</span>
          <input
            type="range"
            min={-Math.PI}
            max={Math.PI}
            step={0.01}
            value={angles[index]}
            onInput={(event) => turn(index, Number(event.currentTarget.value))}
          />
          <output>{figure((angles[index] ?? 0) / Math.PI)} π</output>
        </label>
      ))}
    </div>
  );
}

/** Histogram of the task's own run, where it counted. */
function OfTask({ output }: { output: unknown }): JSX.Element | null {
  const { counts, shots, expectations } = (output ?? {}) as {
    counts?: Record<string, number> | null;
    shots?: number;
    expectations?: Record<string, number> | null;
  };
  if (counts == null && expectations == null) return null;
  return (
    <Section title="As the task measured it">
      {counts != null && <Histogram counts={counts} shots={shots ?? SHOTS} />}
      {expectations != null && (
        <dl class="pairs">
          {Object.entries(expectations).map(([pauli, value]) => (
            <div key={pauli}>
              <dt>⟨{pauli}⟩</dt>
              <dd>{figure(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

export function Sampled({ source, report, output }: SampledProps): JSX.Element {
  const names = report.parameters ?? [];
  const angles = useSignal<readonly number[]>(names.map(() => Math.PI / 3));
  const answer = useSignal<Answer | undefined>(undefined);
  const fault = useSignal('');
  const hasState = (report.qubits ?? 99) <= STATE_QUBITS_MAX;
  useEffect(() => {
    const over = new AbortController();
    const parameters = Object.fromEntries(names.map((name, index) => [name, angles.value[index]]));
    const input = {
      source,
      shots: SHOTS,
      seed: 1,
      parameters,
      want: { counts: true, statevector: hasState },
    };
    const timer = setTimeout(() => {
      ask(CircuitSampledDocument, { input }, over.signal).then(
        ({ simulateCircuit }) => {
          answer.value = simulateCircuit;
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
  }, [source, angles.value]);
  const { counts, statevector, shots = SHOTS, qubits = 0 } = answer.value ?? {};
  return (
    <>
      <FaultBox text={fault.value} />
      <Parameters
        names={names}
        angles={angles.value}
        turn={(index, angle) => (angles.value = angles.value.with(index, angle))}
      />
      <div class="columns">
        {counts != null && (
          <Section title="Counts" says={`${count(shots)} shots, seed 1, without noise`}>
            <Histogram counts={counts as Record<string, unknown>} shots={shots} />
          </Section>
        )}
        {statevector != null && (
          <Section title="State">
            <StatePicture vector={statevector} qubits={qubits} />
          </Section>
        )}
        <OfTask output={output} />
      </div>
    </>
  );
}
