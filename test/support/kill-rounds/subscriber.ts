/** One subscriber to all changes of status, over as many connections as the kills leave it: each goes on where the last ended. */
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { ServerProcess } from '../server-process.js';
import type { Notes, ToldChange } from './notes.js';

const WATCH = 'subscription ($after: SafeInt) { taskStatusChanged(after: $after) { seq taskId from to } }';

/** Notes what one connection tells. Ends with `stop`, with the connection, or when it has seen `enough`. */
export async function hear(
  server: Pick<ServerProcess, 'url'>,
  notes: Notes,
  { enough, stop }: { enough: () => boolean; stop?: AbortSignal | undefined },
): Promise<void> {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const end = (): void => client.terminate();
  stop?.addEventListener('abort', end);
  const after = notes.told.at(-1)?.seq ?? 0;
  try {
    for await (const { data, errors } of client.iterate<{ taskStatusChanged: ToldChange }>({
      query: WATCH,
      variables: { after },
    })) {
      if (errors !== undefined && !notes.excuses(errors[0]?.extensions?.['code']))
        notes.surprises.push(`to a subscriber: ${JSON.stringify(errors)}`);
      if (data) notes.told.push(data.taskStatusChanged);
      if (enough()) break;
    }
  } catch {
    // The server was killed, or the clients were told to stop; the next connection goes on from the last change.
  } finally {
    stop?.removeEventListener('abort', end);
    client.terminate();
  }
}
