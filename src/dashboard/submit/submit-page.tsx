/**
 * A new mesh from text: checked as it is typed, by the rules of every other door, drawn, and simulated before it is
 * handed over. Templates put a beginning into the field.
 */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  CheckMeshFileDocument,
  SimulateMeshDocument,
  SubmitMeshDocument,
  type SubmitMeshInput,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { mayAct } from '../api/session.js';
import { Empty, FaultBox, Heading, Section } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { plural } from '../parts/words.js';
import { go } from '../address/address.js';
import { say } from '../shell/toasts.jsx';
import { keepDraft, keptDraft } from './draft.js';
import { Editor, Faults, goToLine, type Report } from './editor.jsx';
import { KeepTemplate } from './keep-template.jsx';
import { PlanBars, PlanFigures, type Simulated } from './plan.jsx';
import { Preview } from './preview.jsx';
import { TEMPLATES } from './templates.js';

const PAUSE_MS = 250;

interface Checked {
  readonly report: Report | undefined;
  readonly plan: Simulated | undefined;
  readonly fault: string;
}

function useChecked(text: string): Checked {
  const report = useSignal<Report | undefined>(undefined);
  const plan = useSignal<Simulated | undefined>(undefined);
  const fault = useSignal('');
  useEffect(() => {
    if (text.trim() === '') {
      report.value = undefined;
      return undefined;
    }
    const over = new AbortController();
    const check = async (): Promise<void> => {
      const { checkMeshFile } = await ask(CheckMeshFileDocument, { text }, over.signal);
      report.value = checkMeshFile;
      fault.value = '';
      if (checkMeshFile.input === null) return void (plan.value = undefined);
      const input = checkMeshFile.input as unknown as SubmitMeshInput;
      plan.value = (await ask(SimulateMeshDocument, { input }, over.signal)).simulateMesh;
    };
    const timer = setTimeout(() => {
      check().catch((error: unknown) => {
        if (!over.signal.aborted) fault.value = wordsOf(error);
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [text]);
  return { report: report.value, plan: plan.value, fault: fault.value };
}

async function submit(input: SubmitMeshInput): Promise<void> {
  try {
    const { submitMesh } = await ask(SubmitMeshDocument, { input });
    say({ text: `${submitMesh.name} is submitted` });
    go({ page: 'mesh', mesh: submitMesh.id });
  } catch (error) {
    say({ text: wordsOf(error), isFault: true });
  }
}

export function SubmitPage(): JSX.Element {
  const text = useSignal(keptDraft());
  const { report, plan, fault } = useChecked(text.value);
  const put = (next: string): void => {
    text.value = next;
    keepDraft(next);
  };
  const input = report?.input as SubmitMeshInput | null | undefined;
  const faulty = new Set(report?.faults.flatMap(({ line }) => line ?? []));
  return (
    <div class="page is-wide">
      <Heading title="New mesh" says="YAML, JSON or WfFormat, checked as you type">
        <button
          type="button"
          class="primary"
          disabled={input == null}
          onClick={() => input != null && void submit(input)}
        >
          <Glyph name="play" /> Submit
        </button>
      </Heading>
      {!mayAct.value && (
        <p class="muted">Without the token this machine may run waits, circuits and milestones.</p>
      )}
      <div class="templates" role="group" aria-label="Begin with">
        {TEMPLATES.map(({ name, text: template }) => (
          <button key={name} type="button" class="toggle" onClick={() => put(template)}>
            {name}
          </button>
        ))}
      </div>
      <div class="submit">
        <div>
          <Editor text={text.value} onText={put} faulty={faulty} />
        </div>
        <div class="submit-side">
          <FaultBox text={fault} />
          {report === undefined && fault === '' && (
            <Empty title="Its graph and how long it would take appear here">
              Write or paste a mesh, or begin with one of those above.
            </Empty>
          )}
          {report !== undefined && (
            <p class={report.valid ? 'verdict is-good' : 'verdict is-bad'} role="status">
              {report.valid
                ? report.template === null
                  ? `It can run: ${plural(input?.tasks.length ?? 0, 'task')}.`
                  : `It is a template with ${plural(report.template.parameters.length, 'parameter')}.`
                : `${plural(report.faults.length, 'fault')} to mend.`}
            </p>
          )}
          {report !== undefined && <Faults report={report} onGo={(line) => goToLine(text.value, line)} />}
          {report !== undefined && <KeepTemplate report={report} />}
          {input != null && <Preview input={input} critical={plan?.criticalPath.keys ?? []} />}
          {plan !== undefined && (
            <Section title="If it ran now" says="Simulated on the places as they are.">
              <PlanFigures plan={plan} />
            </Section>
          )}
          {plan !== undefined && <PlanBars plan={plan} />}
        </div>
      </div>
    </div>
  );
}
