/** Consciousness: the level and how it came about, the gates with their evidence, what was found, what was decided. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  DecisionsMadeDocument,
  LevelChangesDocument,
  MindDocument,
  type MindQuery,
} from '../../generated/dashboard/graphql.js';
import { listen } from '../api/socket.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, FigureTile, Heading, Section } from '../parts/frame.jsx';
import { ago, count, day, duration, plural, sentence } from '../parts/words.js';
import { Decisions } from './decisions.jsx';
import { Gates } from './gates.jsx';
import { Evolution } from './evolution.jsx';

type Mind = MindQuery['consciousness'];

const LOOK_MS = 5000;

function Figures({ mind }: { mind: Mind }): JSX.Element {
  const acted = mind.decisions.filter(({ mode }) => mode === 'ACTING');
  const sum = (pick: (tally: Mind['decisions'][number]) => number): number =>
    acted.reduce((total, one) => total + pick(one), 0);
  const regret = sum(({ regret: seconds }) => seconds);
  return (
    <dl class="figures">
      <FigureTile
        name="Acts as"
        value={sentence(mind.level)}
        says={
          mind.shadow === null ? `earned: ${sentence(mind.earned)}` : `thinks as ${sentence(mind.shadow)}`
        }
      />
      <FigureTile
        name="Looked at"
        value={count(mind.episodes)}
        says={
          mind.synchronisation.caughtUp
            ? 'episodes, up to date'
            : `${count(mind.synchronisation.lagEvents)} events behind`
        }
      />
      <FigureTile
        name="Patterns that hold"
        value={count(mind.patternsHolding)}
        says={plural(mind.insights, 'insight')}
      />
      <FigureTile
        name="Decisions acted on"
        value={count(sum(({ made }) => made))}
        says={`${count(sum(({ vetoed }) => vetoed))} vetoed, ${count(sum(({ undone }) => undone))} undone`}
      />
      <FigureTile
        name={regret <= 0 ? 'Saved against the static rule' : 'Cost against the static rule'}
        value={duration(Math.abs(regret))}
        says={`${Math.round(sum(({ saved }) => saved))} attempts saved from failing`}
      />
    </dl>
  );
}

function Patterns({ patterns }: { patterns: MindQuery['patterns']['nodes'] }): JSX.Element {
  return (
    <Section title="Patterns" says="What was found to recur, with the evidence for it.">
      {patterns.length === 0 && <Empty title="None yet">It looks at every attempt that ends.</Empty>}
      <ul class="notes">
        {patterns.map(({ id, kind, subject, text, foundAt, endedAt }) => (
          <li key={id} class={endedAt === null ? '' : 'is-over'}>
            <span class="tag">{sentence(kind)}</span>
            <b>{subject}</b>
            <p>{text}</p>
            <span class="muted">
              {endedAt === null ? `holds since ${day(foundAt)}` : `held until ${day(endedAt)}`}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Insights({ insights }: { insights: MindQuery['insights']['nodes'] }): JSX.Element {
  return (
    <Section title="Insights" says="What people should know.">
      {insights.length === 0 && <Empty title="Nothing to tell yet" />}
      <ul class="notes">
        {insights.map(({ id, kind, subject, text, at }) => (
          <li key={id}>
            <span class="tag">{sentence(kind)}</span>
            <b>{subject}</b>
            <p>{text}</p>
            <span class="muted">{ago(at)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function MindPage(): JSX.Element {
  const { value, fault, again } = useAsk(MindDocument, {}, LOOK_MS);
  useEffect(() => {
    const stops = [
      listen(DecisionsMadeDocument, {}, { next: again }),
      listen(LevelChangesDocument, {}, { next: again }),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  const mind = value.value;
  return (
    <div class="page">
      <Heading
        title="Consciousness"
        says="A controller that watches the history, says what it found, and decides as far as its level allows"
      />
      <FaultBox text={fault.value} />
      {mind !== undefined && !mind.consciousness.enabled && (
        <Empty title="It is switched off">consciousness.enabled is false.</Empty>
      )}
      {mind !== undefined && (
        <>
          <Figures mind={mind.consciousness} />
          <Section title="Evolution" says="The level over time, and what caused each step.">
            <Evolution
              changes={mind.consciousnessHistory.nodes}
              levels={mind.consciousness.levels.map(({ level }) => level)}
            />
          </Section>
          <Gates mind={mind.consciousness} />
          <Section
            title="Decisions"
            says="Each with its reason, what the static rule would have done, and what came of it."
          >
            <Decisions decisions={mind.decisions.nodes} again={again} />
          </Section>
          <div class="columns">
            <Patterns patterns={mind.patterns.nodes} />
            <Insights insights={mind.insights.nodes} />
          </div>
        </>
      )}
    </div>
  );
}
