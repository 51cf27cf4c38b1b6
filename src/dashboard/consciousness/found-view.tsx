/** What was recognised and what people were told: patterns with their evidence, insights in their order. */
import type { JSX } from 'preact';
import {
  InsightsRaisedDocument,
  PatternsFoundDocument,
  RecognisedDocument,
  type RecognisedQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { useHeard } from '../api/use-heard.js';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { ago, day, figure, sentence } from '../parts/words.js';
import { linkTo, param } from '../address/address.js';

type Pattern = RecognisedQuery['patterns']['nodes'][number];
type Insight = RecognisedQuery['insights']['nodes'][number];

const LOOK_MS = 15_000;
const PAUSE_MS = 500;
const FACTS_MAX = 8;

function factsOf(evidence: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(evidence)
    .filter(([, value]) => typeof value === 'number' || typeof value === 'string')
    .slice(0, FACTS_MAX)
    .map(([name, value]) => [wordsOf(name), typeof value === 'number' ? figure(value) : String(value)]);
}

/** `periodSeconds` → `period seconds`. */
function wordsOf(name: string): string {
  return name.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}

function PatternCard({ pattern }: { pattern: Pattern }): JSX.Element {
  return (
    <li class={pattern.endedAt === null ? 'found' : 'found is-over'}>
      <header>
        <span class="tag">{sentence(pattern.kind)}</span>
        <b>{pattern.subject}</b>
        <time class="muted" dateTime={pattern.foundAt} title={day(pattern.foundAt)}>
          found {ago(pattern.foundAt)}
          {pattern.endedAt !== null && `, over ${ago(pattern.endedAt)}`}
        </time>
      </header>
      <p>{pattern.text}</p>
      <dl class="inline-facts">
        {factsOf(pattern.evidence).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function InsightRow({ insight }: { insight: Insight }): JSX.Element {
  return (
    <li class="insight">
      <time class="muted" dateTime={insight.at} title={day(insight.at)}>
        {ago(insight.at)}
      </time>
      <p>
        <span class="tag">{sentence(insight.kind)}</span> {insight.text}{' '}
        {insight.decisionId !== null && (
          <a href={linkTo({ part: 'decisions', decision: insight.decisionId })}>the decision</a>
        )}
      </p>
    </li>
  );
}

export function FoundView(): JSX.Element {
  const isAll = param('all') === '1';
  const { value, fault, again } = useAsk(RecognisedDocument, { holds: isAll ? null : true }, LOOK_MS);
  useHeard(PatternsFoundDocument, {}, again, PAUSE_MS);
  useHeard(InsightsRaisedDocument, {}, again, PAUSE_MS);
  const found = value.value;
  return (
    <>
      <FaultBox text={fault.value} />
      <div class="columns">
        <Section title="Patterns" says={isAll ? 'all that were found' : 'those that hold now'}>
          <div class="section-tools">
            <a class="button" href={linkTo({ all: isAll ? null : '1' })}>
              {isAll ? 'Only those that hold' : 'Show all'}
            </a>
          </div>
          {found?.patterns.nodes.length === 0 && (
            <Empty title="Nothing recurs yet">
              Periods need five occurrences, associations some hundred attempts.{' '}
              <code>npm run demo:consciousness</code> shows one being found.
            </Empty>
          )}
          <ul class="found-list">
            {found?.patterns.nodes.map((pattern) => (
              <PatternCard key={pattern.id} pattern={pattern} />
            ))}
          </ul>
        </Section>
        <Section title="Insights" says="what people should know, the newest first">
          {found?.insights.nodes.length === 0 && <Empty title="Nothing to tell yet" />}
          <ol class="insights">
            {found?.insights.nodes.map((insight) => (
              <InsightRow key={insight.id} insight={insight} />
            ))}
          </ol>
        </Section>
      </div>
    </>
  );
}
