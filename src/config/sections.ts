/**
 * The table of every configuration key: its section, default, bounds and what it does. Names are camelCase here and
 * snake_case outside. Everything else about configuration is derived from this table; a key stands here only if
 * something reads it.
 */
import {
  choice,
  databaseUrl,
  entries,
  file,
  folder,
  host,
  identifier,
  list,
  mailUrl,
  nodeName,
  optional,
  onOff,
  path,
  queueUrl,
  real,
  secretText,
  size,
  text,
  webAddress,
  webUrl,
  whole,
} from './key-kinds.js';
import { PLACEMENT_POLICIES } from '../lifecycle/vocabulary.js';
import { JWT_ALGORITHMS } from '../security/jwt-algorithms.js';
import { NOISE_MODEL_NAMES } from '../quantum/noise/named-models.js';
import type { Key } from './key-kinds.js';

export interface Section {
  readonly [name: string]: Key<unknown> | Section;
}

/** A longer wait overflows the 32-bit millisecond counter of Node's timers and would fire at once. */
const secondsMax = 2_147_483;

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Above this no WebAssembly memory of 4 GiB has room. */
const qubitsMax = 27;

const awarenessLevels = ['Basic', 'Cognitive', 'Metacognitive', 'Quantum', 'Transcendent'] as const;

const envAllow = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'NODE_PATH',
];

export const sections = {
  general: {
    instanceName: text('the name of this server in logs and metrics', 'orchestrator-core'),
    environment: text('the environment it belongs to, in logs and metrics', 'development'),
    debugMode: onOff('log at level debug, and with stack traces', true),
  },
  execution: {
    maxParallelTasks: whole('attempts that run here at the same time', 4, [1, 10_000]),
    timeoutSeconds: real('the time an attempt may take when its task names none', 300, [0.001, secondsMax]),
    retryAttempts: whole('attempts of a task that names none; the first counts', 3, [1, 1000]),
    moduleRoot: path('the folder that module work is loaded from', '.'),
    envAllow: list('variables of the server that command work may see', entries.variable, envAllow),
    secretsDir: folder(
      'a folder with a file for each secret, which work names as ${secret:NAME}',
      '/run/secrets',
    ),
    secretsCommand: list('a program that prints the secret named by its last argument', entries.word),
    killGraceSeconds: real('the time between SIGTERM and SIGKILL', 5, [0, 3600]),
    logBytesMax: size('the log kept of one attempt', '10MB', ['1KB', '1GB']),
    httpAllowPrivate: list('private addresses that http work may reach', entries.range),
    httpResponseMax: size('the largest response that http work accepts', '1MB', ['1KB', '64MB']),
    drainSeconds: real('the time running attempts get when the server stops', 10, [0, 3600]),
  },
  consciousness: {
    enabled: onOff('whether it finds patterns and decides, as far as its level may', true),
    initialAwarenessLevel: choice('the level it starts on, on probation', awarenessLevels, 'Basic'),
    evolutionRate: real('how often and how boldly levels are tried; 0 promotes none', 0.1, [0, 1]),
  },
  quantum: {
    defaultQubits: whole('the qubits of a circuit of operations that says no number', 4, [1, qubitsMax]),
    maxQubits: whole('the qubits in superposition that one circuit may have', 26, [1, qubitsMax]),
    memoryLimit: size('the memory that the state of one circuit may take', '1GB', ['1KB', '2GB']),
    threads: whole('threads of the simulation; 0 takes one for each processor', 0, [0, 64]),
    noiseModel: choice('the noise of circuits that name none', NOISE_MODEL_NAMES, 'ideal'),
    seed: whole('the seed of circuits that name none; 0 draws one for each', 0, [0, Number.MAX_SAFE_INTEGER]),
  },
  cluster: {
    enabled: onOff('whether nodes may join, and tasks run on them', true),
    backend: queueUrl('where BullMQ keeps what goes to nodes and back; empty is the database'),
    schema: identifier('its schema in PostgreSQL, or the prefix of its keys in Redis', 'taskmesh_queue'),
    connections: whole(
      'connections to PostgreSQL that the queues share, and that each worker has',
      4,
      [1, 100],
    ),
    tlsCa: file('who signed the certificate of that Redis (PEM)', '/etc/taskmesh/redis-ca.pem'),
    tlsCert: file('the certificate to show to that Redis (PEM)', '/etc/taskmesh/redis-cert.pem'),
    tlsKey: file('the private key of that certificate (PEM)', '/etc/taskmesh/redis-key.pem'),
    policy: choice('how the node of an attempt is chosen', PLACEMENT_POLICIES, 'RESOURCE_BASED'),
    preferNodes: onOff('run tasks that name no layer on nodes where those have room', true),
    leaseSeconds: real('how long a node may be silent before it is lost', 5, [1, 3600]),
    nodeName: nodeName('the name of the node started here; empty is that of the host'),
    labels: list('labels of the node started here', entries.label),
    cores: real('cores that the node started here offers; 0 is all', 0, [0, 100_000]),
    memory: size('memory that the node started here offers; 0 is four fifths', '0', ['0', '1000000GB']),
  },
  learning: {
    enabled: onOff('whether it learns from every attempt, and orders and places by that', true),
    timeouts: onOff('learned time limits for tasks that name none, once a kind has run 20 times', true),
    tuning: onOff('memory, first retries, slots, batches and looks at places, by what was seen', true),
    tuningWindowSeconds: real('how long a look at a number of slots takes at least', 5, [0.1, 3600]),
    learningRate: real('the step of gradient descent', 0.01, [1e-9, 1]),
    batchSize: whole('samples in one training step', 32, [1, 1_000_000]),
    maxIterations: whole('training steps of one fit', 1000, [1, 10_000_000]),
  },
  observability: {
    metrics: {
      enabled: onOff('whether Prometheus text is served on its own port', true),
      port: whole('that port; 0 is any free one', 9090, [0, 65_535]),
      collectionInterval: real('seconds between two samples that are stored', 60, [1, 86_400]),
      retentionDays: whole('days that samples are kept', 7, [1, 3650]),
    },
    tracing: {
      enabled: onOff('whether requests and attempts are traced (OpenTelemetry)', false),
      endpoint: webUrl('where traces go, by OTLP over HTTP', 'http://localhost:4318/v1/traces'),
      headers: list('headers of what is sent there', entries.header),
      sampleRatio: real('the share of traces that begin here which is kept', 1, [0, 1]),
      intervalSeconds: real('seconds between two batches', 5, [0.05, 600]),
    },
    logs: {
      level: {
        ...choice('the lowest level that is logged', levels, 'info'),
        derive: (valueOf: (name: string) => unknown) =>
          valueOf('general.debug_mode') === true ? 'debug' : 'info',
      },
      format: choice('how a line of the log looks', ['json', 'pretty'], 'json'),
    },
  },
  alerts: {
    intervalSeconds: real('seconds between two looks of the leader at the alert rules', 5, [0.1, 3600]),
    retentionDays: whole('days that alerts are kept after they are over', 30, [1, 3650]),
    smtpUrl: mailUrl('the mail server for alerts; empty: none are sent by e-mail'),
    smtpFrom: text('the sender of e-mails', 'taskmesh@localhost'),
  },
  server: {
    host: host('the address the server listens on', '127.0.0.1'),
    port: whole('the port of API and dashboard; 0 is any free one', 8000, [0, 65_535]),
    tlsCert: file(
      'the certificate that the server shows (PEM, with those between it and the root)',
      '/etc/taskmesh/cert.pem',
    ),
    tlsKey: file('the private key of that certificate (PEM)', '/etc/taskmesh/key.pem'),
    insecure: onOff('listen beyond this machine without TLS and keys', false),
    bodyMax: size('the largest body of a request', '256KB', ['1KB', '64MB']),
    submissionMax: size('the largest body that submits a mesh', '16MB', ['1KB', '256MB']),
    requestTimeoutSeconds: real('the time a request may take', 30, [0.1, 3600]),
    requestsMax: whole('requests that are answered at the same time; others get 429', 1000, [1, 1_000_000]),
    overloadLagMs: whole(
      'how long requests may wait until they begin before others get 503',
      1000,
      [10, 60_000],
    ),
    allowedHosts: list('host names beyond loopback that requests may use', entries.host),
    allowedOrigins: list('web origins beyond its own that browsers may call from', entries.origin),
    graphqlDepthMax: whole('the nesting of a GraphQL document', 12, [1, 1000]),
    graphqlTokensMax: whole('the tokens of a GraphQL document', 8000, [10, 1_000_000]),
    graphqlAliasesMax: whole('the aliases in a GraphQL document', 30, [0, 10_000]),
    graphqlDirectivesMax: whole('the directives in a GraphQL document', 50, [0, 10_000]),
    graphqlCostMax: whole('the estimated cost of a GraphQL document', 50_000, [1, 1_000_000_000]),
    subscriptionsMax: whole('subscriptions open at the same time', 1000, [0, 1_000_000]),
  },
  security: {
    anonymous: onOff('whether callers from this machine may come in without a token', true),
    jwtAlgorithm: choice('the one algorithm of JWTs; none takes no JWTs', JWT_ALGORITHMS, 'none'),
    jwtIssuer: optional('who issues the JWTs (iss)', 'https://id.example.org/'),
    jwtAudience: optional('whom the JWTs are for (aud)', 'taskmesh'),
    jwtSecret: secretText('the key of HS256, at least 32 bytes, or ${secret:NAME}'),
    jwksUrl: webAddress('where the keys of the other algorithms are', 'https://id.example.org/jwks.json'),
    jwtClockSkewSeconds: whole('how far the clock of the issuer may be off', 5, [0, 60]),
    jwtRoleClaim: text('the claim with the role, or with a list of roles', 'role'),
    jwtTenantClaim: optional('the claim with the tenant; empty is the default one for all', 'tenant'),
    requestsPerSecond: whole('requests of one address, on average', 10_000, [1, 10_000_000]),
    costPerSecond: whole('GraphQL cost of one identity, on average', 1_000_000, [1, 1_000_000_000]),
    socketsPerIdentity: whole('WebSockets of one identity at the same time', 1000, [1, 1_000_000]),
    subscriptionsPerSocket: whole('operations of one WebSocket at the same time', 200, [1, 10_000]),
  },
  database: {
    url: databaseUrl('the database; empty is the PostgreSQL the server brings along'),
    poolMax: whole('connections to the database', 10, [1, 1000]),
    tlsCa: file('who signed the certificate of the database (PEM)', '/etc/taskmesh/db-ca.pem'),
    tlsCert: file('the certificate to show to the database (PEM)', '/etc/taskmesh/db-cert.pem'),
    tlsKey: file('the private key of that certificate (PEM)', '/etc/taskmesh/db-key.pem'),
  },
} as const satisfies Section;

type ValuesOf<S> = { readonly [K in keyof S]: S[K] extends Key<infer T> ? T : ValuesOf<S[K]> };
type PartialOf<S> = { readonly [K in keyof S]?: S[K] extends Key<infer T> ? T | string : PartialOf<S[K]> };

/** The whole configuration: read-only, paths absolute, sizes in bytes. */
export type Config = ValuesOf<typeof sections> & { readonly stateDir: string };

/** What the command line may give: any part of it, and a text wherever it has not parsed the value itself. */
export type ConfigFlags = PartialOf<typeof sections> & { readonly stateDir?: string };

export function isKey(node: Key<unknown> | Section): node is Key<unknown> {
  return typeof node.kind === 'string';
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function* flatten(section: Section, prefix: string): Generator<[string, Key<unknown>]> {
  for (const [name, node] of Object.entries(section)) {
    const dotted = prefix + snakeCase(name);
    if (isKey(node)) yield [dotted, node];
    else yield* flatten(node, `${dotted}.`);
  }
}

/** Every key by its dotted name as in the file: `execution.max_parallel_tasks`. */
export const keys: ReadonlyMap<string, Key<unknown>> = new Map(flatten(sections, ''));

/** Every section by its dotted name, the outer ones too: `observability`, `observability.metrics`. */
export const sectionNames: ReadonlySet<string> = new Set(
  [...keys.keys()].flatMap((name) => {
    const parts = name.split('.').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  }),
);

/** `TASKMESH_EXECUTION__MAX_PARALLEL_TASKS` for `execution.max_parallel_tasks`. */
export function variableOf(name: string): string {
  return `TASKMESH_${name.split('.').join('__').toUpperCase()}`;
}
