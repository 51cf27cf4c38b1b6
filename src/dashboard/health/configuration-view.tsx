/** The configuration in force, key by key, secrets masked; what differs from the default can be shown alone. */
import type { JSX } from 'preact';
import { ConfigurationDocument, type ConfigurationQuery } from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { count } from '../parts/words.js';
import { go, linkTo, param } from '../address/address.js';
import { isSignInOpen } from '../shell/sign-in.jsx';

type Key = ConfigurationQuery['configuration'][number];

function sectionsOf(keys: readonly Key[]): Map<string, Key[]> {
  const sections = new Map<string, Key[]>();
  for (const key of keys) {
    const section = key.name.slice(0, key.name.lastIndexOf('.'));
    sections.set(section, [...(sections.get(section) ?? []), key]);
  }
  return sections;
}

function Keys({ keys, section }: { keys: readonly Key[]; section: string }): JSX.Element {
  return (
    <dl class="settings">
      {keys.map(({ name, value, about, changed }) => (
        <div key={name} class={changed ? 'is-changed' : ''}>
          <dt>
            <code>{name.slice(section.length + 1)}</code>
          </dt>
          <dd>
            <code>{value === '' ? '""' : value}</code>
            {changed && <span class="tag">set</span>}
          </dd>
          <dd class="muted">{about}</dd>
        </div>
      ))}
    </dl>
  );
}

function Listed(): JSX.Element {
  const { value, fault } = useAsk(ConfigurationDocument, {});
  const words = param('q').toLowerCase();
  const isSetOnly = param('set') === '1';
  const keys = value.value?.configuration ?? [];
  const shown = keys.filter(
    (key) => (!isSetOnly || key.changed) && `${key.name} ${key.about}`.toLowerCase().includes(words),
  );
  return (
    <>
      <div class="toolbar">
        <p class="muted">
          {count(keys.filter(({ changed }) => changed).length)} of {count(keys.length)} keys differ from their
          default. Change them in <code>taskmesh.toml</code>, by <code>TASKMESH_…</code>, or by flags.
        </p>
        <div class="toolbar-tools">
          <input
            type="search"
            placeholder="Search keys"
            aria-label="Search keys"
            value={param('q')}
            onInput={(event) => go({ q: event.currentTarget.value }, { replace: true })}
          />
          <a class="button" href={linkTo({ set: isSetOnly ? null : '1' })}>
            {isSetOnly ? 'Show all' : 'Only those set'}
          </a>
        </div>
      </div>
      <FaultBox text={fault.value} />
      {value.value !== undefined && shown.length === 0 && <Empty title="No key is like that" />}
      <div class="settings-columns">
        {[...sectionsOf(shown)].map(([section, own]) => (
          <Section key={section} title={`[${section}]`}>
            <Keys keys={own} section={section} />
          </Section>
        ))}
      </div>
    </>
  );
}

export function ConfigurationView(): JSX.Element {
  if (may('configuration')) return <Listed />;
  return (
    <Empty title="The configuration is for the owner">
      It tells where things lie.{' '}
      <button type="button" onClick={() => (isSignInOpen.value = true)}>
        Sign in
      </button>{' '}
      with the token of the state directory to see it, secrets masked.
    </Empty>
  );
}
