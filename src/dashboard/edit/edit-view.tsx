/** A mesh edited as a file: checked as it is typed, told as operations with what cannot be done and why, and carried out. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import {
  CheckMeshFileDocument,
  DropTaskDocument,
  type EdgeInput,
  ExtendFromPageDocument,
  MeshTasksDocument,
  MeshWiresDocument,
  RemoveWireDocument,
  type SubmitMeshInput,
  type UpdateTaskInput,
  UpdateFromPageDocument,
} from '../../generated/dashboard/graphql.js';
import { param } from '../address/address.js';
import { ask, wordsOf } from '../api/client.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { FaultBox, Section } from '../parts/frame.jsx';
import { Editor, Faults, goToLine } from '../submit/editor.jsx';
import { Preview } from '../submit/preview.jsx';
import { meshEdit, type Operation } from './mesh-edit.js';
import { type Definition, type Task, textOf, type Wire } from './mesh-text.js';

/** More would be no file that anybody edits. */
const TASKS_MAX = 1000;

async function allOf<T>(
  read: (
    after: string | null,
  ) => Promise<{ nodes: readonly T[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = await read(after);
    all.push(...nodes);
    if (!pageInfo.hasNextPage || all.length >= TASKS_MAX * 10) return all;
    after = pageInfo.endCursor;
  }
}

async function definitionOf(meshId: string): Promise<Definition> {
  const tasks = await allOf<Task>(async (after) => (await ask(MeshTasksDocument, { meshId, after })).tasks);
  if (tasks.length > TASKS_MAX)
    throw new Error(`it has more than ${TASKS_MAX} tasks: change them through the API`);
  const wires = await allOf<Wire>(async (after) => (await ask(MeshWiresDocument, { meshId, after })).edges);
  const { mesh } = await ask(MeshTasksDocument, { meshId, after: null });
  return { name: mesh?.name ?? '', tasks, wires };
}

function carryOut(meshId: string, operation: Operation, idOf: (key: string) => string): Promise<unknown> {
  if (operation.kind === 'removeEdge')
    return ask(RemoveWireDocument, { sourceId: idOf(operation.source), targetId: idOf(operation.target) });
  if (operation.kind === 'deleteTask') return ask(DropTaskDocument, { id: idOf(operation.key) });
  if (operation.kind === 'extend') {
    const input = { tasks: [...operation.tasks], edges: operation.edges as EdgeInput[] };
    return ask(ExtendFromPageDocument, { meshId, input });
  }
  if (operation.kind === 'updateTask')
    return ask(UpdateFromPageDocument, {
      id: idOf(operation.key),
      input: operation.patch as UpdateTaskInput,
    });
  return Promise.resolve();
}

function Operations({
  operations,
  outcomes,
}: {
  operations: readonly Operation[];
  outcomes: readonly string[];
}): JSX.Element {
  return (
    <ul class="faults" aria-label="What is done">
      {operations.map(({ says, why }, index) => (
        <li key={says}>
          <span>
            {says}
            {why !== undefined && <b> cannot be done: {why}</b>}
            {outcomes[index] !== undefined && <b> {outcomes[index]}</b>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Editing({
  meshId,
  definition,
  again,
}: {
  meshId: string;
  definition: Definition;
  again: () => void;
}): JSX.Element {
  const original = useMemo(() => textOf(definition), [definition]);
  const text = useSignal(original);
  const outcomes = useSignal<readonly string[]>([]);
  const { value, fault } = useAsk(CheckMeshFileDocument, { text: text.value });
  const report = value.value?.checkMeshFile;
  const first = useAsk(CheckMeshFileDocument, { text: original }).value.value?.checkMeshFile;
  const [before, after] = [first?.input, report?.input] as (SubmitMeshInput | null | undefined)[];
  const operations = before == null || after == null ? [] : meshEdit(before, after, definition.tasks);
  const possible = operations.filter(({ why }) => why === undefined);
  const idOf = (key: string): string => definition.tasks.find((task) => task.key === key)?.id ?? key;
  const apply = async (): Promise<void> => {
    const came: string[] = [];
    for (const operation of operations) {
      if (operation.why === undefined)
        came.push(
          await carryOut(meshId, operation, idOf).then(
            () => 'done',
            (error: unknown) => `refused: ${wordsOf(error)}`,
          ),
        );
      else came.push('left out');
      outcomes.value = [...came];
    }
    if (came.every((one) => one === 'done')) again();
  };
  return (
    <div class="submit page">
      <Editor
        text={text.value}
        onText={(next) => {
          text.value = next;
          outcomes.value = [];
        }}
        faulty={new Set(report?.faults.flatMap(({ line }) => line ?? []))}
      />
      <div class="submit-side">
        <FaultBox text={fault.value} />
        {report !== undefined && <Faults report={report} onGo={(line) => goToLine(text.value, line)} />}
        <Section title="What is done" says="one after the other; what the server refuses is told beside it">
          {operations.length === 0 ? (
            <p class="muted">Nothing is changed yet.</p>
          ) : (
            <Operations operations={operations} outcomes={outcomes.value} />
          )}
          {may('extendMesh') && (
            <button
              type="button"
              class="primary fit"
              disabled={possible.length === 0 || outcomes.value.length > 0}
              onClick={() => void apply()}
            >
              Apply
            </button>
          )}
        </Section>
        {after != null && <Preview input={after} critical={[]} />}
      </div>
    </div>
  );
}

export function EditView(): JSX.Element {
  const meshId = param('mesh');
  const definition = useSignal<Definition | undefined>(undefined);
  const fault = useSignal('');
  const read = (): void => {
    definitionOf(meshId).then(
      (found) => (definition.value = found),
      (error: unknown) => (fault.value = wordsOf(error)),
    );
  };
  useEffect(read, [meshId]);
  if (definition.value === undefined) return <FaultBox text={fault.value} />;
  return <Editing meshId={meshId} definition={definition.value} again={read} />;
}
