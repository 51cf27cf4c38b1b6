/** What the orchestrator is aware of: how its level came about, what it found, what it decided and what came of that. */
import type { JSX } from 'preact';
import {
  DecisionsMadeDocument,
  InsightsRaisedDocument,
  LevelChangesDocument,
  MindDocument,
  type MindQuery,
  PatternsFoundDocument,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { useHeard } from '../api/use-heard.js';
import { Empty, FaultBox, FigureTile, Heading, Tabs } from '../parts/frame.jsx';
import { WhyDialog } from '../parts/why.jsx';
import { count, plural, figure, percent, sentence } from '../parts/words.js';
import { param } from '../address/address.js';
import '../style/insight.css';
import '../style/consciousness.css';
import { DecisionsView } from './decisions-view.jsx';
import { EvolutionView } from './evolution-view.jsx';
import { FoundView } from './found-view.jsx';
import { PoliciesView } from './policies-view.jsx';

type Mind = MindQuery['consciousness'];

const LOOK_MS = 5000;
const PAUSE_MS = 500;
const TABS = [
  { id: 'evolution', name: 'Evolution' },
  { id: 'decisions', name: 'Decisions' },
  { id: 'found', name: 'Patterns and insights' },
  { id: 'policies', name: 'Policies' },
];

function Figures({ mind }: { mind: Mind }): JSX.Element {
  const acting = mind.decisions.filter(({ mode }) => mode === 'ACTING');
  const sum = (field: 'saved' | 'regret' | 'scored' | 'covered' | 'affected'): number =>
    acting.reduce((total, tally) => total + tally[field], 0);
  const regret = sum('regret');
  const scored = sum('scored');
  return (
    <dl class="figures">
      <FigureTile
        name="Level"
        value={sentence(mind.level)}
        says={mind.level === mind.earned ? 'earned' : `earned: ${sentence(mind.earned)}`}
      />
      <FigureTile
        name="Evidence"
        value={count(mind.episodes)}
        says={`episodes remembered, ${plural(mind.patternsHolding, 'pattern')} of them`}
      />
      <FigureTile
        name="Failures avoided"
        value={figure(sum('saved'))}
        says={`attempts, by estimate; ${count(sum('affected'))} starts changed`}
      />
      <FigureTile
        name={regret <= 0 ? 'Gained' : 'Lost'}
        value={`${figure(Math.abs(regret))} s`}
        says="by decisions that acted, against the static rule"
      />
      <FigureTile
        name="Forecasts that held"
        value={scored === 0 ? '–' : percent(sum('covered') / scored)}
        says={`of ${count(scored)} scored, inside 90 % intervals`}
      />
    </dl>
  );
}

function heading(mind: Mind | undefined): string {
  if (mind === undefined) return '…';
  if (!mind.enabled) return 'switched off: consciousness.enabled is false';
  const thought = mind.shadow === null ? '' : ` · ${sentence(mind.shadow)} is only thought`;
  const lag = mind.synchronisation.lagEvents;
  return `It acts as ${sentence(mind.level)}${thought} · ${lag === 0 ? 'up to date' : `${count(lag)} events behind`}`;
}

export function ConsciousnessPage(): JSX.Element {
  const { value, fault, again } = useAsk(MindDocument, {}, LOOK_MS);
  useHeard(LevelChangesDocument, {}, again, PAUSE_MS);
  useHeard(DecisionsMadeDocument, {}, again, PAUSE_MS);
  useHeard(PatternsFoundDocument, {}, again, PAUSE_MS);
  useHeard(InsightsRaisedDocument, {}, again, PAUSE_MS);
  const mind = value.value?.consciousness;
  const part = param('part') || 'evolution';
  return (
    <div class="page">
      <Heading title="Consciousness" says={heading(mind)} />
      <Tabs label="Of consciousness" param="part" tabs={TABS} />
      <FaultBox text={fault.value} />
      {mind !== undefined && !mind.enabled && (
        <Empty title="Consciousness is off">
          Set <code>consciousness.enabled = true</code> and start the server again.
        </Empty>
      )}
      {mind !== undefined && <Figures mind={mind} />}
      {mind !== undefined && part === 'evolution' && <EvolutionView mind={mind} again={again} />}
      {mind !== undefined && part === 'decisions' && <DecisionsView mind={mind} again={again} />}
      {part === 'found' && <FoundView />}
      {part === 'policies' && <PoliciesView />}
      <WhyDialog />
    </div>
  );
}
