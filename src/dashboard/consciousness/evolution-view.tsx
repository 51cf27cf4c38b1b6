/** How the level came about: a line over time, each step with what caused it; and the gates with their evidence. */
import type { JSX } from 'preact';
import {
  type AwarenessLevel,
  EvolutionDocument,
  type EvolutionQuery,
  EvolveMindDocument,
  LevelChangesDocument,
  type MindQuery,
} from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { useHeard } from '../api/use-heard.js';
import { act } from '../parts/act.js';
import { Empty, Section } from '../parts/frame.jsx';
import { askWhy } from '../parts/why.jsx';
import { ago, day, sentence } from '../parts/words.js';
import { linkTo, param } from '../address/address.js';
import { EvidenceList } from './evidence.jsx';
import { LadderChart, LEVELS } from './ladder-chart.jsx';

export type Mind = MindQuery['consciousness'];
type Change = EvolutionQuery['consciousnessHistory']['nodes'][number];

const LOOK_MS = 10_000;

/** What each kind of line of the ledger means. */
const KINDS: Readonly<Record<string, string>> = {
  PROMOTED: 'its gate was passed',
  DEMOTED: 'a reason to leave held',
  PROBATION_FAILED: 'the level was given and not earned in time',
  SHADOWED: 'forced by a person, only thought until the gates pass',
  RISK_TAKEN: 'forced by a person, who accepted the risk',
  LOWERED: 'lowered by a person',
  STARTED: 'the server began',
  CONFIGURED: 'the configuration changed',
};

function ChangeRow({ change, isOpen }: { change: Change; isOpen: boolean }): JSX.Element {
  const met = change.evidence.filter((one) => one.met).length;
  return (
    <li class={`change is-${change.kind.toLowerCase()}`}>
      <a href={linkTo({ step: isOpen ? null : String(change.number) })} aria-expanded={isOpen}>
        <span class="change-kind">{sentence(change.kind)}</span>
        <span class="change-levels">
          {change.from !== null && change.from !== change.to && (
            <span class="muted">{sentence(change.from)} → </span>
          )}
          <b>{sentence(change.to)}</b>
        </span>
        <span class="change-why">{change.why ?? KINDS[change.kind] ?? ''}</span>
        <time class="muted" dateTime={change.at} title={day(change.at)}>
          {ago(change.at)}
        </time>
      </a>
      {isOpen && (
        <div class="change-evidence">
          <p class="muted">
            {KINDS[change.kind] ?? sentence(change.kind)}
            {change.who !== null && ` · by ${change.who}`}
            {change.evidence.length > 0 &&
              ` · ${met} of ${change.evidence.length} conditions met at that moment`}
          </p>
          <EvidenceList evidence={change.evidence} />
        </div>
      )}
    </li>
  );
}

function Force({ mind, again }: { mind: Mind; again: () => void }): JSX.Element | null {
  if (!may('evolveConsciousness')) return null;
  const force = (level: AwarenessLevel): void => {
    const isUp = LEVELS.indexOf(level) > LEVELS.indexOf(mind.level);
    askWhy({
      title: `${isUp ? 'Force' : 'Lower to'} ${sentence(level)}`,
      says: isUp
        ? 'Its powers are only thought until the gates have passed. It is recorded as forced, with you, your reason and what was missing.'
        : 'It acts as this level from now on. It is recorded with you and your reason.',
      verb: isUp ? 'Force it' : 'Lower it',
      answered: (why) =>
        void act(
          EvolveMindDocument,
          { input: { level, why } },
          { text: `${sentence(level)}: asked for` },
        ).then(again),
    });
  };
  return (
    <label class="fold">
      Ask for
      <select value="" onChange={(event) => force(event.currentTarget.value as AwarenessLevel)}>
        <option value="">a level…</option>
        {LEVELS.filter((level) => level !== mind.level).map((level) => (
          <option key={level} value={level}>
            {sentence(level)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Gates({ mind }: { mind: Mind }): JSX.Element {
  return (
    <div class="gates">
      {mind.levels.map(({ level, earned, entry, exits, powers }, index) => {
        const before = mind.levels[index - 1]?.powers ?? [];
        const own = powers.filter((power) => !before.includes(power));
        const holds = exits.filter((exit) => exit.met);
        return (
          <article
            key={level}
            class={level === mind.level ? 'section gate is-here' : 'section gate'}
            aria-label={`Gate of ${sentence(level)}`}
          >
            <header>
              <h3>{sentence(level)}</h3>
              <span class={earned ? 'gate-state is-earned' : 'gate-state'}>
                {level === mind.level
                  ? 'acts'
                  : earned
                    ? 'earned'
                    : `${entry.filter((one) => one.met).length} of ${entry.length} met`}
              </span>
            </header>
            <p class="gate-powers">{own.map((power) => sentence(power).toLowerCase()).join(' · ')}</p>
            {entry.length === 0 ? (
              <p class="muted">No gate: this is where it begins.</p>
            ) : (
              <EvidenceList evidence={entry} />
            )}
            {earned && exits.length > 0 && (
              <details>
                <summary>
                  {holds.length === 0
                    ? `None of ${exits.length} reasons to leave holds`
                    : `${holds.length} reasons to leave hold`}
                </summary>
                <EvidenceList evidence={exits} isAgainst />
              </details>
            )}
          </article>
        );
      })}
    </div>
  );
}

export function EvolutionView({ mind, again }: { mind: Mind; again: () => void }): JSX.Element {
  const { value, again: look } = useAsk(EvolutionDocument, {}, LOOK_MS);
  useHeard(LevelChangesDocument, {}, look);
  const changes = value.value?.consciousnessHistory.nodes;
  const step = param('step');
  return (
    <>
      <Section
        title="Over time"
        says="each step with what caused it: open one for the evidence of that moment"
      >
        <div class="section-tools">
          <Force mind={mind} again={again} />
        </div>
        {changes !== undefined && changes.length === 0 && (
          <Empty title="It has not begun">
            A server that leads writes the first line as soon as it has started.
          </Empty>
        )}
        {changes !== undefined && changes.length > 0 && (
          <>
            <LadderChart changes={changes} />
            <ol class="changes">
              {changes.map((change) => (
                <ChangeRow key={change.number} change={change} isOpen={step === String(change.number)} />
              ))}
            </ol>
          </>
        )}
      </Section>
      <h2 class="between">Gates and their evidence</h2>
      <Gates mind={mind} />
    </>
  );
}
