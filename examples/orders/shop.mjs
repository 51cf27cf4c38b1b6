/** The shop that the orders example talks to: a small HTTP server with JSON, on a free port of this machine. */
import { createServer } from 'node:http';

const prices = { chair: 240, table: 910 };
const reservations = new Map();
const payments = new Map();
let refusals = 1;

async function jsonOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function reserve({ warehouse, article, count }) {
  const id = `${warehouse}-${reservations.size + 1}`;
  reservations.set(id, { article, count });
  return [201, { id }];
}

function pay({ reservations: ids }) {
  if (refusals-- > 0) return [503, { error: 'the bank does not answer, try again' }];
  const items = ids.map((id) => reservations.get(id));
  if (items.includes(undefined)) return [422, { error: 'there is no such reservation' }];
  const id = `p${payments.size + 1}`;
  const total = items.reduce((sum, { article, count }) => sum + prices[article] * count, 0);
  payments.set(id, items);
  return [201, { id, total }];
}

function ship(id) {
  const items = payments.get(id);
  return items === undefined
    ? [404, { error: 'not paid' }]
    : [200, { articles: items.map(({ article, count }) => `${count} ${article}`) }];
}

async function answer(request) {
  const [, noun, id] = request.url.split('/');
  if (request.method === 'POST' && noun === 'reservations') return reserve(await jsonOf(request));
  if (request.method === 'POST' && noun === 'payments') return pay(await jsonOf(request));
  if (request.method === 'GET' && noun === 'shipments') return ship(id);
  return [404, { error: 'no such place' }];
}

export function openShop() {
  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
