/** The field for a mesh file with its lines, what the server says of it, and the way to a line. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { CheckMeshFileQuery } from '../../generated/dashboard/graphql.js';

export type Report = CheckMeshFileQuery['checkMeshFile'];

export function Faults({
  report,
  onGo,
}: {
  report: Report;
  onGo: (line: number) => void;
}): JSX.Element | null {
  if (report.faults.length === 0) return null;
  return (
    <ul class="faults" aria-label="What is wrong">
      {report.faults.map(({ path, message, line }, index) => (
        <li key={index}>
          {line != null && (
            <button type="button" class="plain" onClick={() => onGo(line)}>
              line {line}
            </button>
          )}
          <span>
            {path !== '' && <code>{path}</code>} {message}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Editor({
  text,
  onText,
  faulty,
}: {
  text: string;
  onText: (text: string) => void;
  faulty: ReadonlySet<number>;
}): JSX.Element {
  const lines = useMemo(() => text.split('\n').length, [text]);
  return (
    <div class="editor">
      <ol aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          <li key={index} class={faulty.has(index + 1) ? 'is-faulty' : ''}>
            {index + 1}
          </li>
        ))}
      </ol>
      <textarea
        id="mesh-text"
        aria-label="The mesh as YAML or JSON"
        spellcheck={false}
        rows={Math.max(18, lines + 1)}
        wrap="off"
        value={text}
        placeholder={
          'name: hello\ntasks:\n  first: { wait: { durationMs: 1000 } }\n  second: { wait: { durationMs: 500 }, dependsOn: [first] }'
        }
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </div>
  );
}

/** The caret to the begin of a line. */
export function goToLine(text: string, line: number): void {
  const field = document.getElementById('mesh-text') as HTMLTextAreaElement;
  const at =
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0);
  field.focus();
  field.setSelectionRange(at, at);
}
