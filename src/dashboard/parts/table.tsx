/** A table in its frame, which scrolls by itself where it is too wide; and the way to older rows. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { Glyph } from './glyph.jsx';

interface TableProps {
  readonly label: string;
  /** Names of columns; those of figures begin with `#`. */
  readonly heads: readonly string[];
  readonly isDense?: boolean;
  readonly children: ComponentChildren;
}

export function Table({ label, heads, isDense = false, children }: TableProps): JSX.Element {
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={label}>
      <table class={isDense ? 'table is-dense' : 'table'}>
        <thead>
          <tr>
            {heads.map((name) =>
              name === '' ? (
                <td key="" />
              ) : (
                <th key={name} scope="col" class={name.startsWith('#') ? 'cell-number' : ''}>
                  {name.replace(/^#/, '')}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

interface PagerProps {
  /** Cursors of the pages before this one. */
  readonly after: Signal<readonly string[]>;
  /** Null: there is no older page. */
  readonly next: string | null;
}

export function Pager({ after, next }: PagerProps): JSX.Element {
  return (
    <div class="pager">
      {after.value.length > 0 && (
        <button type="button" onClick={() => (after.value = after.value.slice(0, -1))}>
          <Glyph name="back" /> Newer
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={() => (after.value = [...after.value, next])}>
          Older <Glyph name="next" />
        </button>
      )}
    </div>
  );
}
