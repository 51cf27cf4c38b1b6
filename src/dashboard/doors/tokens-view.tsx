/**
 * API tokens of a tenant: made (told once), listed, revoked. For those who may; the token itself never leaves the page but
 * by the hand that copies it.
 */
import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import {
  MakeTokenDocument,
  RevokeTokenDocument,
  type Role,
  TokensDocument,
  type TokensQuery,
} from '../../generated/dashboard/graphql.js';
import { go, param } from '../address/address.js';
import { ApiFault, ask, type Fault, wordsOf } from '../api/client.js';
import { viewer } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { later } from '../mesh/later.js';
import { act } from '../parts/act.js';
import { Field, focusFirstFault } from '../parts/field.jsx';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { Table } from '../parts/table.jsx';
import { ago, day, sentence } from '../parts/words.js';
import { say } from '../shell/toasts.jsx';

type Token = TokensQuery['apiTokens'][number];

interface Made {
  readonly name: string;
  readonly token: string;
}

const LOOK_MS = 15_000;
const ROLES: readonly Role[] = ['VIEWER', 'OPERATOR', 'DEVELOPER', 'ADMIN'];
const LIFETIMES: readonly (readonly [seconds: number, words: string])[] = [
  [86_400, 'a day'],
  [2_592_000, '30 days'],
  [7_776_000, '90 days'],
  [31_536_000, 'a year'],
];

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say({ text: 'Copied' });
  } catch {
    say({ text: 'This browser lets no page copy: select it, and copy it by hand', isFault: true });
  }
}

function Told({ made }: { made: Signal<Made | undefined> }): JSX.Element | null {
  if (made.value === undefined) return null;
  const { name, token } = made.value;
  return (
    <div class="callout" role="status">
      <strong>The token {name}: nobody can look it up again</strong>
      <p class="token">
        <code class="wrapped">{token}</code>
        <button type="button" class="primary" onClick={() => void copy(token)}>
          Copy
        </button>
        <button type="button" onClick={() => (made.value = undefined)}>
          It is kept
        </button>
      </p>
    </div>
  );
}

interface FormProps {
  readonly tenant: string;
  readonly onMade: (made: Made) => void;
}

function TokenForm({ tenant, onMade }: FormProps): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const faults = useSignal<readonly Fault[]>([]);
  const fault = useSignal('');
  const make = async (): Promise<void> => {
    const given = new FormData(form.current as HTMLFormElement);
    const input = {
      name: String(given.get('name')).trim(),
      role: given.get('role') as Role,
      lifetimeSeconds: Number(given.get('lifetime')),
      tenant: tenant || null,
    };
    try {
      const { createApiToken } = await ask(MakeTokenDocument, { input });
      [faults.value, fault.value] = [[], ''];
      form.current?.reset();
      onMade(createApiToken);
    } catch (error) {
      faults.value = error instanceof ApiFault ? error.faults : [];
      fault.value = faults.value.some(({ path }) => path === 'name') ? '' : wordsOf(error);
      focusFirstFault(form.current);
    }
  };
  return (
    <form
      class="form fields token-form"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <Field name="What it is for" path="name" faults={faults.value}>
        {(tied) => <input {...tied} name="name" type="text" autocomplete="off" />}
      </Field>
      <Field name="Role" path="role" faults={faults.value}>
        {(tied) => (
          <select {...tied} name="role">
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {sentence(role)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field name="Lives for" path="lifetimeSeconds" faults={faults.value}>
        {(tied) => (
          <select {...tied} name="lifetime">
            {LIFETIMES.map(([seconds, words]) => (
              <option key={seconds} value={seconds} selected={words === '30 days'}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="submit" class="primary">
        Make a token
      </button>
      <FaultBox text={fault.value} />
    </form>
  );
}

function stateOf({ revokedAt, expiresAt }: Token): string {
  if (revokedAt !== null) return `revoked ${ago(revokedAt)}`;
  return Date.parse(expiresAt) < Date.now() ? `expired ${ago(expiresAt)}` : `until ${day(expiresAt)}`;
}

function TokenRow({ token, again }: { token: Token; again: () => void }): JSX.Element {
  const { id, name, tenant } = token;
  const isOver = token.revokedAt !== null || Date.parse(token.expiresAt) < Date.now();
  const revoke = (): void => {
    const undo = later(() => {
      void act(RevokeTokenDocument, { id, tenant }, { text: `${name} is revoked` }).then(again);
    });
    say({ text: `Revoking ${name} in a moment`, undo });
  };
  return (
    <tr>
      <td class="cell-name">
        <b>{name}</b>
      </td>
      <td>{sentence(token.role)}</td>
      <td class={isOver ? 'muted' : ''}>{stateOf(token)}</td>
      <td class="muted" title={day(token.createdAt)}>
        {ago(token.createdAt)} by {token.createdBy}
      </td>
      <td class="muted">{token.lastUsedAt === null ? 'never' : ago(token.lastUsedAt)}</td>
      <td class="cell-actions">
        {!isOver && (
          <button type="button" class="toggle" aria-label={`Revoke ${name}`} onClick={revoke}>
            Revoke
          </button>
        )}
      </td>
    </tr>
  );
}

/** Those of the tenant `default` look after every tenant. */
function Tenant({ tenant }: { tenant: string }): JSX.Element | null {
  if (viewer.value?.tenant !== 'default') return null;
  return (
    <form
      class="section-tools"
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.elements.namedItem('tenant') as HTMLInputElement;
        go({ tenant: field.value.trim() });
      }}
    >
      <input
        type="search"
        name="tenant"
        aria-label="Tenant"
        placeholder="Tenant: default"
        value={tenant}
        onChange={({ currentTarget }) => go({ tenant: currentTarget.value.trim() })}
      />
    </form>
  );
}

export function TokensView(): JSX.Element {
  const tenant = param('tenant');
  const { value, fault, again } = useAsk(TokensDocument, { tenant: tenant || null }, LOOK_MS);
  const made = useSignal<Made | undefined>(undefined);
  const tokens = value.value?.apiTokens;
  return (
    <Section title="Tokens" says="For programs: each with a role, for a time, revoked at once.">
      <Tenant tenant={tenant} />
      <TokenForm
        tenant={tenant}
        onMade={(one) => {
          made.value = one;
          again();
        }}
      />
      <Told made={made} />
      <FaultBox text={fault.value} />
      {tokens?.length === 0 && (
        <Empty title="No token yet">Make one for each program, with the least role that does.</Empty>
      )}
      {tokens !== undefined && tokens.length > 0 && (
        <Table label="Tokens" heads={['For', 'Role', 'Lives', 'Made', 'Last used', 'Actions']}>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} again={again} />
          ))}
        </Table>
      )}
    </Section>
  );
}
