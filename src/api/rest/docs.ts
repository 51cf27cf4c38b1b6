/**
 * The documentation of the API: `/schema.graphql`; of the REST bridge `/openapi.json`, and Swagger UI at `/docs` from the files of its package, so
 * that it works without the internet. Mounted by the server; the page loads nothing from another host, and its
 * Content-Security-Policy would not let it.
 */
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { stringify } from 'yaml';
import type { JsonObject } from '../../kit/json.js';
import { schemaText } from '../graphql/print-schema.js';
import { openApi } from './openapi/document.js';

export interface DocsOptions {
  readonly schema: GraphQLSchema;
  readonly version: string;
}

/** Styles are set from script by Swagger UI; everything else comes from this server. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export async function registerDocs(parent: FastifyInstance, { schema, version }: DocsOptions): Promise<void> {
  const document = openApi(schema, version);
  let sdl: string | undefined;
  parent.get('/openapi.json', async () => document);
  parent.get('/schema.graphql', async (_request, reply) => {
    sdl ??= schemaText(schema);
    return reply.type('application/graphql; charset=utf-8').send(sdl);
  });
  await parent.register(async (fastify) => {
    await fastify.register(documentProvider(document));
    await fastify.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: CSP,
      uiConfig: { deepLinking: true, tryItOutEnabled: true, displayRequestDuration: true },
      theme: { title: 'Task Mesh REST' },
    });
  });
}

/**
 * Swagger UI asks for the plugin `@fastify/swagger`, of which it needs only `swagger()`. That plugin would derive a
 * document from Fastify's schemas; ours is derived from GraphQL, so this takes its name. The two symbols are the
 * contract of `fastify-plugin`: no context of its own, and a name that others may depend on.
 */
function documentProvider(document: JsonObject): FastifyPluginAsync {
  const provider: FastifyPluginAsync = async (fastify) => {
    fastify.decorate(
      'swagger',
      (options?: { yaml?: boolean }) => (options?.yaml ? stringify(document) : document) as never,
    );
  };
  return Object.assign(provider, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('plugin-meta')]: { name: '@fastify/swagger' },
  });
}
