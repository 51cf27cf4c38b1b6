/** The servers on this database: which leads, which follow, their versions, and how far behind their streams are. */
import type { JSX } from 'preact';
import type { HealthPageQuery, ServerState } from '../../generated/dashboard/graphql.js';
import { ago, count, day, duration } from '../parts/words.js';
import { Table } from '../parts/table.jsx';

type Status = HealthPageQuery['status'];

const STATES: Readonly<
  Record<ServerState, { readonly word: string; readonly tone: string; readonly shape: string }>
> = {
  LEADING: {
    word: 'Leads',
    tone: '--accent',
    shape: 'M8 2.5l1.7 3.6l3.9.5l-2.9 2.7l.8 3.9L8 11.3l-3.5 1.9l.8-3.9L2.4 6.6l3.9-.5z',
  },
  FOLLOWING: { word: 'Follows', tone: '--completed', shape: 'M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9' },
  DRAINING: { word: 'Finishes', tone: '--held', shape: 'M3 5h10L8 12z' },
  SILENT: { word: 'Silent', tone: '--failed', shape: 'M3.5 3.5l9 9M12.5 3.5l-9 9' },
};

export function ServersView({ status }: { status: Status }): JSX.Element {
  const versions = new Set(status.servers.map(({ version }) => version));
  return (
    <>
      {versions.size > 1 && (
        <div class="callout">
          <strong>The servers are of {versions.size} versions</strong>
          <p>That is fine while they are replaced one by one; let them all come to one.</p>
        </div>
      )}
      <Table
        label="Servers"
        heads={['State', 'Server', 'Version', 'Address', '#Streams behind', '#Last heard', '#Started']}
      >
        {status.servers.map((server) => {
          const { word, tone, shape } = STATES[server.state];
          return (
            <tr key={server.id}>
              <td>
                <span class="status-mark" style={{ '--tone': `var(${tone})` }}>
                  <svg class="node-state" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
                    <path d={shape} />
                  </svg>
                  <span>{word}</span>
                </span>
              </td>
              <td class="cell-name">
                <b>{server.instanceName}</b> <small class="muted">{server.id}</small>
                {server.id === status.serverId && <span class="tag">this one</span>}
              </td>
              <td>{server.version}</td>
              <td class="muted">{server.url ?? '–'}</td>
              <td class="cell-number">{`${count(server.lagEvents)} events`}</td>
              <td class="cell-number">{`${duration(server.silentSeconds)} ago`}</td>
              <td class="cell-number muted" title={day(server.startedAt)}>
                {ago(server.startedAt)}
              </td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}
