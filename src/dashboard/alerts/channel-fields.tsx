/** Whom a rule of alerts tells, beside those who look: webhooks and people by e-mail, as many as one likes. */
import type { JSX } from 'preact';
import { TextField } from '../parts/field.jsx';
import { Glyph } from '../parts/glyph.jsx';
import type { ChannelDraft, RulePart } from './rule-draft.js';

interface ChannelProps extends Pick<RulePart, 'faults'> {
  readonly channel: ChannelDraft;
  readonly number: number;
  readonly onChange: (channel: ChannelDraft) => void;
  readonly onDrop: () => void;
}

function Channel({ channel, number, faults, onChange, onDrop }: ChannelProps): JSX.Element {
  const path = `channels[${number}]`;
  const isMail = channel.kind === 'email';
  return (
    <div class="channel">
      <TextField
        name={isMail ? 'E-mail to' : 'Webhook'}
        path={isMail ? `${path}.email` : `${path}.webhook.url`}
        faults={faults}
        value={channel.to}
        placeholder={isMail ? 'ops@example.org, …' : 'https://…'}
        onValue={(to) => onChange({ ...channel, to })}
      />
      {!isMail && (
        <TextField
          name="Name of the secret that signs it"
          path={`${path}.webhook.secret`}
          faults={faults}
          value={channel.secret}
          onValue={(secret) => onChange({ ...channel, secret })}
        />
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={`Leave out channel ${number + 1}`}
        onClick={onDrop}
      >
        <Glyph name="close" size={14} />
      </button>
    </div>
  );
}

export function ChannelFields({ draft, faults, put }: RulePart): JSX.Element {
  const { channels } = draft;
  const add = (kind: ChannelDraft['kind']): void =>
    put({ channels: [...channels, { kind, to: '', secret: '' }] });
  return (
    <fieldset class="channels">
      <legend>Told to</legend>
      {channels.length === 0 && <p class="muted">Nobody but those who look at this page or at the API.</p>}
      {channels.map((channel, number) => (
        <Channel
          key={number}
          channel={channel}
          number={number}
          faults={faults}
          onChange={(next) => put({ channels: channels.with(number, next) })}
          onDrop={() => put({ channels: channels.toSpliced(number, 1) })}
        />
      ))}
      <div class="form-buttons">
        <button type="button" onClick={() => add('webhook')}>
          <Glyph name="add" /> Webhook
        </button>
        <button type="button" onClick={() => add('email')}>
          <Glyph name="add" /> E-mail
        </button>
      </div>
    </fieldset>
  );
}
