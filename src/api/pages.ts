/**
 * The pages of the server that are not documents of their own: the start page that names the doors, and GraphiQL for
 * machines without internet. Both load nothing from other hosts, which their Content-Security-Policy enforces.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';

export interface DoorLink {
  readonly path: string;
  readonly says: string;
}

const LINKS: readonly DoorLink[] = [
  { path: '/graphql', says: 'GraphQL, with Apollo Sandbox in a browser' },
  { path: '/graphiql', says: 'GraphiQL, which needs no internet' },
  { path: '/docs', says: 'the REST API and its documentation' },
  { path: '/openapi.json', says: 'the REST API as OpenAPI 3.1' },
  { path: '/health', says: 'how this server is' },
  { path: '/status', says: 'what it is doing' },
  { path: '/metrics', says: 'its metrics as JSON' },
  { path: '/metrics/prometheus', says: 'its metrics for Prometheus' },
];

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}a{font-family:ui-monospace,monospace}li{margin:.3rem 0}';

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function startPage(instanceName: string): string {
  const items = LINKS.map(({ path, says }) => `<li><a href="${path}">${path}</a>: ${says}</li>`).join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Task Mesh</title><style>${STYLE}</style></head><body><h1>Task Mesh</h1>
<p>The server <b>${escaped(instanceName)}</b> is running. Its doors:</p><ul>${items}</ul>
<p>Whoever changes something needs the token in the file <code>token</code> of the state directory:
<code>Authorization: Bearer &lt;token&gt;</code>.</p></body></html>`;
}

/**
 * GraphiQL is one inline script and makes its workers from blobs. It may talk to this server only; `host` is one that
 * the server has allowed already.
 */
function graphiqlPolicy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    'worker-src blob:',
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const START_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const EXAMPLE = `# The last tasks, and what they wait for.
query LastTasks {
  tasks(first: 10) {
    nodes { id key status dependencies { key status } }
    totalCount
  }
}
`;

function html(reply: FastifyReply, policy: string, body: string | Buffer): FastifyReply {
  return reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(body);
}

/** 9 MB of script: rendered at the first visit and not before. */
async function renderGraphiql(): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'Task Mesh: GraphiQL',
    endpoint: '/graphql',
    subscriptionsProtocol: 'WS',
    defaultQuery: EXAMPLE,
  });
  return Buffer.from(page);
}

export function mountPages(
  fastify: FastifyInstance,
  { instanceName }: { readonly instanceName: string },
): void {
  let graphiql: Promise<Buffer> | undefined;
  const start = startPage(instanceName);
  fastify.get('/', async (_request, reply) => html(reply, START_POLICY, start));
  fastify.get('/graphiql', async (request, reply) => {
    graphiql ??= renderGraphiql();
    return html(
      reply.header('cache-control', 'private, max-age=3600'),
      graphiqlPolicy(request.headers.host ?? 'localhost'),
      await graphiql,
    );
  });
  fastify.get('/favicon.ico', async (_request, reply) => reply.code(204).send());
}
