/** The real server over a small world in memory, and real clients for it. */
import { NodeDesk } from '../../src/orchestrator/cluster/node-desk.js';
import { MemoryNodes } from '../../src/store/memory/memory-nodes.js';
import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import pino from 'pino';
import { WebSocket } from 'ws';
import { SystemClock } from '../../src/kit/clock.js';
import { buildApiSchema } from '../../src/api/graphql/build-schema.js';
import type { ApiFaces } from '../../src/api/graphql/faces.js';
import { SchemaDoor } from '../../src/api/graphql/graphql-door.js';
import { DEFAULT_LIMITS } from '../../src/api/limits.js';
import { type ApiServer, createServer, type ServerOptions } from '../../src/api/server.js';
import { layerReport } from '../../src/layers/layer.js';
import { openQuantumLayer } from '../../src/layers/quantum-sim/open-quantum-layer.js';
import { StoreEventFeed } from '../../src/orchestrator/event-feed.js';
import { StoreLogFeed } from '../../src/orchestrator/log-feed.js';
import type { Consciousness } from '../../src/consciousness/consciousness.js';
import { consciousnessFace } from '../support/consciousness/consciousness-face.js';
import { alertsFace } from '../support/alerts/alerts-face.js';
import { learningFace } from '../support/learning/learning-face.js';
import { IssuedIdentities } from '../../src/security/identity.js';
import { IdSource } from '../../src/kit/ids.js';
import { SystemRandom } from '../../src/kit/random.js';
import { TokenIssuer } from '../../src/security/api-tokens.js';
import { MemoryAudit, MemoryTokens } from '../support/identity/memory-security.js';
import { MESH_ID, SmallWorld } from './graphql-history.js';
import { TemplateDesk } from '../../src/orchestrator/template/template-desk.js';
import { MemoryTemplates } from '../support/store/memory-templates.js';

export const TOKEN = 'a'.repeat(43);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: readonly {
      readonly message: string;
      readonly path?: unknown;
      readonly extensions: Record<string, unknown>;
    }[];
    readonly error?: { readonly code: string; readonly message: string };
  };
}

export interface RunningApi {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly world: SmallWorld;
  readonly server: ApiServer;
  readonly door: SchemaDoor;
  /** Lines of the log from level warn on. */
  readonly nodes: MemoryNodes;
  readonly desk: NodeDesk;
  readonly logged: string[];
  post(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  client(options?: Partial<ClientOptions>): Client;
  close(): Promise<void>;
}

/** The real one, whose threads start on first use and hold nobody. */
const quantum = openQuantumLayer({
  node: 'host:1:a',
  slots: 4,
  threads: 1,
  qubitsMax: 26,
  memoryBytesMax: 2 ** 30,
  defaults: { qubits: 2, seed: undefined, noise: {} },
  clock: new SystemClock(),
});

function nodeDesk(registry: MemoryNodes): NodeDesk {
  const settings = {
    database: 'postgresql://db',
    databaseTls: { ca: 'CA', cert: null, key: null },
    backend: 'redis://queue',
    backendTls: null,
    schema: 'queue',
    leaseMs: 5000,
  };
  return new NodeDesk({ registry, policy: 'RESOURCE_BASED', settings: () => settings });
}

export function facesOf(
  world: SmallWorld,
  desk = nodeDesk(new MemoryNodes(Date.now)),
  consciousness = consciousnessFace().face,
): ApiFaces {
  const clock = new SystemClock();
  const reads = world.reads();
  const progress = async (): Promise<object> => {
    return {
      meshId: MESH_ID,
      status: 'RUNNING',
      counts: { QUEUED: world.events.length },
      total: 2,
      finished: 0,
      percent: 0,
      eta: null,
    };
  };
  return {
    commands: world.commands(),
    reads,
    drawings: { drawnMesh: async () => undefined },
    runs: { meshStats: async () => [] },
    events: new StoreEventFeed({ store: world, reads, bus: world.eventBus, clock }),
    logs: new StoreLogFeed({ store: world, bus: world.logBus, clock }),
    forecasts: { progress, criticalPath: async () => undefined } as unknown as ApiFaces['forecasts'],
    whatIf: { simulate: async () => ({ makespanSeconds: 1 }) } as unknown as ApiFaces['whatIf'],
    layers: () => [layerReport(quantum.layer)],
    circuits: quantum.circuits,
    nodes: desk,
    learning: learningFace(),
    consciousness,
    alerts: alertsFace(),
    schedules: {} as ApiFaces['schedules'],
    templates: new TemplateDesk({
      store: new MemoryTemplates(),
      newId: () => new IdSource(clock, new SystemRandom()).next(),
      defaults: { maxAttempts: 3, executionTimeoutMs: 300_000 },
    }),
    health: { report: async () => ({ status: 'ok', ready: true, checks: [] }) },
    status: { report: async () => ({}) } as unknown as ApiFaces['status'],
    metrics: { snapshot: async () => ({ taskmesh_up: 1 }) },
    metricSamples: { read: async () => [] },
    apiTokens: new TokenIssuer({
      store: new MemoryTokens(),
      hints: { on: () => () => undefined, give: () => undefined },
      clock,
      ids: new IdSource(clock, new SystemRandom()),
    }),
    audit: new MemoryAudit(),
    refusals: { note: () => undefined },
    revocations: { revoke: () => Promise.reject(new Error('no JWTs here')) },
    configuration: [{ name: 'server.port', value: '8000', about: 'where it listens', changed: false }],
    taskDefaults: { maxAttempts: 3, executionTimeoutMs: 300_000 },
    clock,
  };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

export async function startApi(
  options: Partial<ServerOptions> & { subscriptionsMax?: number; consciousness?: Consciousness } = {},
): Promise<RunningApi> {
  const world = new SmallWorld();
  const logged: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  const nodes = new MemoryNodes(Date.now);
  const desk = nodeDesk(nodes);
  const faces = facesOf(world, desk, options.consciousness);
  const schema = await buildApiSchema(faces);
  const door = new SchemaDoor({
    schema,
    reads: faces.reads,
    limits: DEFAULT_LIMITS,
    subscriptionsMax: options.subscriptionsMax ?? 100,
    requestTimeoutMs: options.requestTimeoutMs,
    log,
  });
  const server = await createServer({
    host: '127.0.0.1',
    port: 0,
    schema,
    door,
    token: TOKEN,
    anonymous: true,
    rates: { requestsPerSecond: 100_000, socketsPerIdentity: 100, subscriptionsPerSocket: 200 },
    identities: new IssuedIdentities([]),
    allowed: { hosts: ['mesh.example'], origins: ['https://app.example'] },
    body: { bodyMaxBytes: 256 * 1024, submissionMaxBytes: 16 * 1024 * 1024 },
    requestTimeoutMs: 30_000,
    socketsMax: 100,
    log,
    ...options,
  });
  const { url, port } = await server.listen();
  const post: RunningApi['post'] = async (query, variables, headers = {}) => {
    const body = JSON.stringify({ query, variables });
    return read(
      await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      }),
    );
  };
  const client: RunningApi['client'] = (more) => {
    return createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      ...more,
    });
  };
  return {
    url,
    port,
    token: TOKEN,
    world,
    nodes,
    desk,
    server,
    door,
    logged,
    post,
    client,
    close: () => server.close(200),
  };
}
