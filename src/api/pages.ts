/**
 * The pages of the server: the dashboard at `/` as it was built, and GraphiQL for machines without internet. Both load
 * nothing from other hosts, which their Content-Security-Policy enforces.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BuiltPage, readBuiltPage } from './built-page.js';

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

/** The dashboard has its scripts and styles as files, and talks to this server only. */
function dashboardPolicy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

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

function hostOf(request: FastifyRequest): string {
  return request.headers.host ?? 'localhost';
}

const NOT_BUILT =
  '<!doctype html><title>Task Mesh</title><p>The dashboard is not built: run <code>npm run build</code>.';

/** Names of assets change with what is in them, so browsers may keep them; the page itself is asked for each time. */
function mountDashboard(fastify: FastifyInstance, page: BuiltPage | undefined): void {
  fastify.get('/', async (request, reply) => {
    reply.header('cache-control', 'no-cache');
    const policy = dashboardPolicy(hostOf(request));
    return page === undefined ? html(reply.code(503), policy, NOT_BUILT) : html(reply, policy, page.html);
  });
  fastify.get<{ Params: { file: string } }>('/assets/:file', async (request, reply) => {
    const asset = page?.assets.get(request.params.file);
    if (asset === undefined) return reply.callNotFound();
    reply.type(asset.type).header('cache-control', 'public, max-age=31536000, immutable');
    const isPacked = asset.packed !== undefined && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (!isPacked) return reply.send(asset.bytes);
    return reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').send(asset.packed);
  });
}

export function mountPages(fastify: FastifyInstance): void {
  let graphiql: Promise<Buffer> | undefined;
  mountDashboard(fastify, readBuiltPage());
  fastify.get('/graphiql', async (request, reply) => {
    graphiql ??= renderGraphiql();
    return html(
      reply.header('cache-control', 'private, max-age=3600'),
      graphiqlPolicy(hostOf(request)),
      await graphiql,
    );
  });
  fastify.get('/favicon.ico', async (_request, reply) => reply.code(204).send());
}
