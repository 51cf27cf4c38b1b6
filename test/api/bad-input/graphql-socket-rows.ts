/** What must not be said on a socket, and the code it is closed with (graphql-transport-ws, RFC 6455). */
import type { BadConversation } from './graphql-table.js';

const init = '{"type":"connection_init"}';
const subscribe = (payload: unknown, id: unknown = '1'): string =>
  JSON.stringify({ id, type: 'subscribe', payload });
const waits = { query: 'subscription { metricsSampled(every: 60) { at } }' };
const MESSAGE_MAX = 256 * 1024;

export const socketRows: readonly BadConversation[] = [
  { name: 'no subprotocol', protocol: '', say: [], closed: 4406 },
  { name: 'the subprotocol of former times', protocol: 'graphql-ws', say: [], closed: 1006 },
  { name: 'no JSON', say: ['hello'], closed: 4400 },
  { name: 'a JSON that is no object', say: ['[]'], closed: 4400 },
  { name: 'no type', say: ['{}'], closed: 4400 },
  { name: 'a type that does not exist', say: ['{"type":"start"}'], closed: 4400 },
  { name: 'binary', say: [Buffer.from(init)], closed: 1003 },
  {
    name: 'an init whose payload is no object',
    say: ['{"type":"connection_init","payload":5}'],
    closed: 4400,
  },
  { name: 'a wrong token', say: ['{"type":"connection_init","payload":{"token":"x"}}'], closed: 4401 },
  {
    name: 'another scheme than Bearer',
    say: ['{"type":"connection_init","payload":{"Authorization":"Basic eDp5"}}'],
    closed: 4401,
  },
  { name: 'an operation before the init', say: [subscribe(waits)], closed: 4401 },
  { name: 'two inits', say: [init, init], closed: 4429 },
  { name: 'one id twice', say: [init, subscribe(waits), subscribe(waits)], closed: 4409 },
  { name: 'an id that is a number', say: [init, subscribe(waits, 5)], closed: 4400 },
  { name: 'an empty id', say: [init, subscribe(waits, '')], closed: 4400 },
  { name: 'an operation without a query', say: [init, subscribe({})], closed: 4400 },
  { name: 'a query that is a number', say: [init, subscribe({ query: 5 })], closed: 4400 },
  { name: 'variables that are a list', say: [init, subscribe({ ...waits, variables: [] })], closed: 4400 },
  { name: 'one byte too many', say: [init, JSON.stringify({ id: 'x'.repeat(MESSAGE_MAX) })], closed: 1009 },
];
