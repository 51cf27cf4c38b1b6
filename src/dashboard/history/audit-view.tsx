/** What people changed, with who, from where and how it was before; and whether the chain of the audit is unbroken. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  AuditCheckDocument,
  type AuditCheckQuery,
  AuditPageDocument,
  type AuditPageQuery,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { Pager, Table } from '../parts/table.jsx';
import { count, day } from '../parts/words.js';
import { go, linkTo, param } from '../address/address.js';
import { isSignInOpen } from '../shell/sign-in.jsx';

type Entry = AuditPageQuery['auditLog']['nodes'][number];

const LOOK_MS = 5000;
const PAGE = 50;
const MESH = /^mesh ([0-9a-f-]{36})$/;
const TASK = /^task ([0-9a-f-]{36})$/;

function Subject({ subject }: { subject: string | null }): JSX.Element {
  if (subject === null) return <span class="muted">the system</span>;
  const mesh = MESH.exec(subject)?.[1];
  const task = TASK.exec(subject)?.[1];
  if (mesh !== undefined) return <a href={linkTo({ page: 'mesh', mesh })}>mesh {mesh.slice(0, 8)}…</a>;
  if (task !== undefined) return <a href={linkTo({ task })}>task {task.slice(0, 8)}…</a>;
  return <span>{subject}</span>;
}

function changeWords({ before, after }: Entry): string {
  const parts = [
    before === null ? '' : `before ${JSON.stringify(before)}`,
    after === null ? '' : JSON.stringify(after),
  ];
  return parts.filter((text) => text !== '').join(' → ');
}

function EntryRow({ entry }: { entry: Entry }): JSX.Element {
  const isOpen = param('entry') === String(entry.seq);
  return (
    <>
      <tr class={isOpen ? 'is-open' : ''}>
        <td class="cell-number muted">{count(entry.seq)}</td>
        <td class="muted">
          <time dateTime={entry.at}>{day(entry.at)}</time>
        </td>
        <td>
          <a href={linkTo({ entry: isOpen ? null : String(entry.seq) })} aria-expanded={isOpen}>
            {entry.action}
          </a>
        </td>
        <td>
          {entry.actor}
          {entry.role !== null && <span class="tag">{entry.role.toLowerCase()}</span>}
        </td>
        <td>
          <Subject subject={entry.subject} />
        </td>
        <td class="cell-detail">{changeWords(entry)}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={6}>
            <pre>
              {JSON.stringify(
                { before: entry.before, after: entry.after, address: entry.address, hash: entry.hash },
                null,
                2,
              )}
            </pre>
          </td>
        </tr>
      )}
    </>
  );
}

/** Reads the whole audit: asked for, never by itself. */
function Verdict(): JSX.Element {
  const verdict = useSignal<AuditCheckQuery['auditVerdict'] | undefined>(undefined);
  const words = useSignal('');
  const check = (): void => {
    words.value = 'checking…';
    ask(AuditCheckDocument, {}).then(
      ({ auditVerdict }) => {
        verdict.value = auditVerdict;
        words.value = auditVerdict.intact
          ? `unbroken: ${count(auditVerdict.entries)} entries are as they were written`
          : `broken: ${auditVerdict.fault ?? 'an entry is not as it was written'}`;
      },
      (error: unknown) => (words.value = wordsOf(error)),
    );
  };
  return (
    <span class="toolbar-tools">
      <span role="status" title={verdict.value?.head}>
        {words.value}
      </span>
      <button type="button" onClick={check}>
        Check the chain
      </button>
    </span>
  );
}

function Listed(): JSX.Element {
  const after = useSignal<readonly string[]>([]);
  const actor = param('actor');
  const filter = actor === '' ? {} : { actor };
  const isFirst = after.value.length === 0;
  const variables = { first: PAGE, after: after.value.at(-1) ?? null, filter };
  const { value, fault } = useAsk(AuditPageDocument, variables, isFirst ? LOOK_MS : undefined);
  const page = value.value?.auditLog;
  return (
    <>
      <div class="toolbar">
        <input
          type="search"
          placeholder="By whom, as owner"
          aria-label="By whom"
          value={actor}
          onInput={(event) => go({ actor: event.currentTarget.value }, { replace: true })}
        />
        {may('auditVerdict') && <Verdict />}
      </div>
      <FaultBox text={fault.value} />
      {page?.nodes.length === 0 && (
        <Empty title="Nobody changed anything yet">
          Whatever a person or a token changes is written here, secrets masked.
        </Empty>
      )}
      {page !== undefined && page.nodes.length > 0 && (
        <Table label="Audit" isDense heads={['#Entry', 'Time', 'Action', 'By', 'On', 'Change']}>
          {page.nodes.map((entry) => (
            <EntryRow key={entry.seq} entry={entry} />
          ))}
        </Table>
      )}
      <Pager after={after} next={page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null} />
    </>
  );
}

export function AuditView(): JSX.Element {
  if (may('auditLog')) return <Listed />;
  return (
    <Empty title="The audit is not for everybody">
      <button type="button" onClick={() => (isSignInOpen.value = true)}>
        Sign in
      </button>{' '}
      with a token that may read it.
    </Empty>
  );
}
