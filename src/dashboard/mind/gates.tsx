/** The levels with their gates: what each may do, what it needs, what there is. */
import type { JSX } from 'preact';
import type { MindQuery } from '../../generated/dashboard/graphql.js';
import { StatusIcon } from '../parts/status-mark.jsx';
import { Section } from '../parts/frame.jsx';
import { lower, sentence } from '../parts/words.js';

type Mind = MindQuery['consciousness'];
type Gate = Mind['levels'][number];

function Requirements({
  title,
  list,
  isExit,
}: {
  title: string;
  list: Gate['entry'];
  isExit: boolean;
}): JSX.Element | null {
  if (list.length === 0) return null;
  return (
    <div>
      <h4>{title}</h4>
      <ul class="requirements">
        {list.map(({ name, has, needs, met }) => (
          <li key={name}>
            <StatusIcon
              status={isExit ? (met ? 'FAILED' : 'COMPLETED') : met ? 'COMPLETED' : 'PENDING'}
              size={13}
            />
            <span>{name}</span>
            <span class="muted">
              {has}{' '}
              <small>
                ({isExit ? 'leaves when' : 'needs'} {needs})
              </small>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Gates({ mind }: { mind: Mind }): JSX.Element {
  return (
    <Section title="Gates" says="A level is earned by evidence and lost by it.">
      <ol class="gates">
        {mind.levels.map((gate) => (
          <li key={gate.level} class={gate.level === mind.level ? 'gate is-here' : 'gate'}>
            <h3>
              <StatusIcon status={gate.earned ? 'COMPLETED' : 'PENDING'} />
              {sentence(gate.level)}
              {gate.level === mind.level && <span class="tag">acts now</span>}
              {gate.level === mind.shadow && <span class="tag">thinks</span>}
            </h3>
            <p class="muted">{gate.powers.length === 0 ? 'watches' : gate.powers.map(lower).join(', ')}</p>
            <Requirements title="To enter" list={gate.entry} isExit={false} />
            <Requirements title="To stay" list={gate.exits} isExit />
          </li>
        ))}
      </ol>
    </Section>
  );
}
