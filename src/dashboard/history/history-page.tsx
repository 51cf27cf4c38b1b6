/** What has been: run times with percentiles, two runs beside each other, and the log of everything that happened. */
import type { JSX } from 'preact';
import { Heading, Tabs } from '../parts/frame.jsx';
import { param } from '../place/place.js';
import { Compare } from './compare.jsx';
import { Events } from './events.jsx';
import { RunTimes } from './run-times.jsx';

const TABS = [
  { id: 'times', name: 'Run times' },
  { id: 'compare', name: 'Compare two runs' },
  { id: 'events', name: 'Everything that happened' },
];

export function HistoryPage(): JSX.Element {
  const tab = param('of') || 'times';
  return (
    <div class="page">
      <Heading
        title="History"
        says="Committed facts only. To see a mesh as it was, open it and choose Past."
      />
      <Tabs label="Of the history" param="of" tabs={TABS} />
      {tab === 'times' && <RunTimes />}
      {tab === 'compare' && <Compare />}
      {tab === 'events' && <Events />}
    </div>
  );
}
