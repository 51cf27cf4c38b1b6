/** What has run: meshes by name with their percentiles, two runs side by side, and everything that happened in its order. */
import type { JSX } from 'preact';
import { Heading, Tabs } from '../parts/frame.jsx';
import { param } from '../address/address.js';
import '../style/insight.css';
import '../style/history.css';
import { AuditView } from './audit-view.jsx';
import { CompareView } from './compare-view.jsx';
import { EventsView } from './events-view.jsx';
import { RunsView } from './runs-view.jsx';

const TABS = [
  { id: 'runs', name: 'Runs by name' },
  { id: 'compare', name: 'Compare two runs' },
  { id: 'events', name: 'What happened' },
  { id: 'audit', name: 'Audit' },
];

export function HistoryPage(): JSX.Element {
  const part = param('part') || 'runs';
  return (
    <div class="page">
      <Heading
        title="History"
        says="Every event is kept in its order; a mesh can be seen as it was at any moment, on its tab Past"
      />
      <Tabs label="Of history" param="part" tabs={TABS} />
      {part === 'runs' && <RunsView />}
      {part === 'compare' && <CompareView />}
      {part === 'events' && <EventsView />}
      {part === 'audit' && <AuditView />}
    </div>
  );
}
