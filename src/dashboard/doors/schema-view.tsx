/** The schema of the API as text (SDL): searched by words, definition by definition, and saved as a file. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { go, param } from '../address/address.js';
import { wordsOf } from '../api/client.js';
import { authorization, token } from '../api/session.js';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { plural } from '../parts/words.js';

const PATH = '/schema.graphql';
const SHOWN_MAX = 30;

interface Definition {
  /** Its first line that is no description: `type Task`. */
  readonly head: string;
  readonly text: string;
}

/** Definitions stand apart by empty lines; those within one are indented behind. */
export function definitionsOf(sdl: string): Definition[] {
  return sdl
    .split(/\n\n(?=\S)/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({
      text,
      head: (
        /^(?:type|input|enum|scalar|interface|union|directive|schema)\b[^\n{]*/m.exec(text)?.[0] ?? text
      ).trim(),
    }));
}

function useSchema(): { readonly sdl: string; readonly fault: string } {
  const sdl = useSignal('');
  const fault = useSignal('');
  useEffect(() => {
    const over = new AbortController();
    fetch(PATH, { headers: authorization(), signal: over.signal })
      .then(async (response) => {
        if (response.ok) sdl.value = await response.text();
        else fault.value = `the server answered ${response.status}`;
      })
      .catch((error: unknown) => {
        if (!over.signal.aborted) fault.value = wordsOf(error);
      });
    return () => over.abort();
  }, [token.value]);
  return { sdl: sdl.value, fault: fault.value };
}

function save(sdl: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([sdl], { type: 'text/plain' }));
  link.download = 'schema.graphql';
  link.click();
  URL.revokeObjectURL(link.href);
}

function Definitions({ found }: { found: readonly Definition[] }): JSX.Element {
  if (found.length === 0) return <Empty title="Nothing in the schema is like that" />;
  return (
    <div class="definitions">
      {found.slice(0, SHOWN_MAX).map(({ head, text }) => (
        <details key={head} open={found.length === 1}>
          <summary>
            <code>{head}</code>
          </summary>
          <pre tabIndex={0}>{text}</pre>
        </details>
      ))}
      {found.length > SHOWN_MAX && (
        <p class="muted">and {found.length - SHOWN_MAX} more: search for a word, or save the whole</p>
      )}
    </div>
  );
}

export function SchemaView(): JSX.Element {
  const { sdl, fault } = useSchema();
  const words = param('q').toLowerCase();
  const all = definitionsOf(sdl);
  const isNamed = ({ head }: Definition): boolean => head.toLowerCase().includes(words);
  const found = all
    .filter(({ text }) => text.toLowerCase().includes(words))
    .sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)));
  return (
    <Section title="Schema" says="What GraphQL offers, in its own language (SDL).">
      <div class="section-tools">
        <input
          type="search"
          placeholder="Search the schema"
          aria-label="Search the schema"
          value={param('q')}
          onInput={(event) => go({ q: event.currentTarget.value }, { replace: true })}
        />
        <button type="button" disabled={sdl === ''} onClick={() => save(sdl)}>
          <Glyph name="down" /> Save
        </button>
      </div>
      <FaultBox text={fault} />
      {sdl !== '' && (
        <>
          <p class="muted" role="status">
            {plural(found.length, 'definition')}
          </p>
          <Definitions found={found} />
        </>
      )}
    </Section>
  );
}
