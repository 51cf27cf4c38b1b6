/** Every key of the configuration, in each of its four forms: default, file, environment, flag. */
import { describe, expect, it } from 'vitest';
import { keys } from '../../../src/config/sections.js';
import { load, loaded } from './config.fixture.js';

interface Row {
  readonly key: string;
  /** As the program sees it: camelCase path, typed value. */
  readonly seen: string;
  readonly byDefault: unknown;
  /** In the file, in the environment, as a flag; and what each of them means. */
  readonly toml: string;
  readonly variable: string;
  readonly flag: unknown;
  readonly means: unknown;
}

function row(
  key: string,
  byDefault: unknown,
  toml: string,
  variable: string,
  means: unknown,
  flag: unknown = means,
): Row {
  const seen = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { key, seen, byDefault, toml, variable, flag, means };
}

const number = (key: string, byDefault: number, other: number) =>
  row(key, byDefault, `${other}`, ` ${other} `, other);
const text = (key: string, byDefault: string, other: string) =>
  row(key, byDefault, `"${other}"`, other, other);
const onOff = (key: string, byDefault: boolean) =>
  row(key, byDefault, `${!byDefault}`, byDefault ? 'off' : 'TRUE', !byDefault);
const MB = 1024 * 1024;

const rows: readonly Row[] = [
  text('general.instance_name', 'orchestrator-core', 'mesh one'),
  text('general.environment', 'development', 'production'),
  onOff('general.debug_mode', true),
  number('execution.max_parallel_tasks', 4, 16),
  number('execution.timeout_seconds', 300, 0.5),
  number('execution.retry_attempts', 3, 1),
  text('execution.module_root', '<cwd>', '/srv/work-files'),
  row(
    'execution.env_allow',
    ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'NODE_PATH'],
    '["PATH", "API_KEY"]',
    'PATH, API_KEY',
    ['PATH', 'API_KEY'],
  ),
  text('execution.secrets_dir', '', '/run/secrets'),
  row('execution.secrets_command', [], '["read-secret", "prod"]', 'read-secret, prod', [
    'read-secret',
    'prod',
  ]),
  number('execution.kill_grace_seconds', 5, 0),
  row('execution.log_bytes_max', 10 * MB, '"2 MiB"', '2mb', 2 * MB),
  row('execution.http_allow_private', [], '["10.0.0.0/8", "db.local"]', '["10.0.0.0/8","db.local"]', [
    '10.0.0.0/8',
    'db.local',
  ]),
  row('execution.http_response_max', MB, '"64KB"', '65536', 65_536),
  number('execution.drain_seconds', 10, 2),
  onOff('consciousness.enabled', true),
  text('consciousness.initial_awareness_level', 'Basic', 'Metacognitive'),
  number('consciousness.evolution_rate', 0.1, 1),
  number('quantum.default_qubits', 4, 2),
  number('quantum.max_qubits', 26, 12),
  row('quantum.memory_limit', 1024 * MB, '"64MB"', '64 MiB', 64 * MB),
  number('quantum.threads', 0, 2),
  text('quantum.noise_model', 'ideal', 'superconducting'),
  number('quantum.seed', 0, 42),
  onOff('cluster.enabled', true),
  text('cluster.backend', '', 'redis://queue:6379'),
  text('cluster.schema', 'taskmesh_queue', 'mesh_2'),
  number('cluster.connections', 4, 9),
  text('cluster.tls_ca', '', '/etc/redis/ca.pem'),
  text('cluster.tls_cert', '', '/etc/redis/cert.pem'),
  text('cluster.tls_key', '', '/etc/redis/key.pem'),
  text('cluster.policy', 'RESOURCE_BASED', 'ROUND_ROBIN'),
  onOff('cluster.prefer_nodes', true),
  number('cluster.lease_seconds', 5, 12.5),
  text('cluster.node_name', '', 'worker-1'),
  row('cluster.labels', [], '["gpu", "region=eu"]', 'gpu,region=eu', ['gpu', 'region=eu']),
  number('cluster.cores', 0, 2.5),
  row('cluster.memory', 0, '"8GB"', '8 GiB', 8 * 1024 * MB),
  onOff('learning.enabled', true),
  onOff('learning.timeouts', true),
  onOff('learning.tuning', true),
  number('learning.tuning_window_seconds', 5, 0.5),
  number('learning.learning_rate', 0.01, 0.2),
  number('learning.batch_size', 32, 64),
  number('learning.max_iterations', 1000, 10),
  onOff('observability.metrics.enabled', true),
  number('observability.metrics.port', 9090, 0),
  number('observability.metrics.collection_interval', 60, 5),
  number('observability.metrics.retention_days', 7, 30),
  onOff('observability.tracing.enabled', false),
  text(
    'observability.tracing.endpoint',
    'http://localhost:4318/v1/traces',
    'https://otel.example.org/v1/traces',
  ),
  row('observability.tracing.headers', [], '["x-api-key=abc"]', 'x-api-key=abc', ['x-api-key=abc']),
  number('observability.tracing.sample_ratio', 1, 0.5),
  number('observability.tracing.interval_seconds', 5, 0.5),
  text('observability.logs.level', 'debug', 'warn'),
  text('observability.logs.format', 'json', 'pretty'),
  number('alerts.interval_seconds', 5, 0.5),
  number('alerts.retention_days', 30, 90),
  text('alerts.smtp_url', '', 'smtps://mesh:secret@mail.example.org:465'),
  text('alerts.smtp_from', 'taskmesh@localhost', 'mesh@example.org'),
  text('server.host', '127.0.0.1', '::1'),
  number('server.port', 8000, 8123),
  text('server.tls_cert', '', '/etc/taskmesh/cert.pem'),
  text('server.tls_key', '', '/etc/taskmesh/key.pem'),
  onOff('server.insecure', false),
  row('server.body_max', 256 * 1024, '"1MB"', '1.5 KB', 1536, '1536'),
  row('server.submission_max', 16 * MB, '1048576', '1024 KiB', MB),
  number('server.request_timeout_seconds', 30, 2.5),
  number('server.requests_max', 1000, 50),
  number('server.overload_lag_ms', 1000, 250),
  row('server.allowed_hosts', [], '["mesh.example.org", "a.b:8000"]', 'mesh.example.org,a.b:8000', [
    'mesh.example.org',
    'a.b:8000',
  ]),
  row('server.allowed_origins', [], '["https://a.org"]', 'https://a.org', ['https://a.org']),
  number('server.graphql_depth_max', 12, 5),
  number('server.graphql_tokens_max', 8000, 20_000),
  number('server.graphql_aliases_max', 30, 0),
  number('server.graphql_directives_max', 50, 3),
  number('server.graphql_cost_max', 50_000, 100),
  number('server.subscriptions_max', 1000, 10),
  onOff('security.anonymous', true),
  text('security.jwt_algorithm', 'none', 'none'),
  text('security.jwt_issuer', '', 'https://id.example.org/'),
  text('security.jwt_audience', '', 'taskmesh'),
  text('security.jwt_secret', '', 'x'.repeat(40)),
  text('security.jwks_url', '', 'https://id.example.org/jwks.json'),
  number('security.jwt_clock_skew_seconds', 5, 0),
  text('security.jwt_role_claim', 'role', 'realm_access.roles'),
  text('security.jwt_tenant_claim', '', 'tenant'),
  number('security.requests_per_second', 10_000, 5),
  number('security.cost_per_second', 1_000_000, 100),
  number('security.sockets_per_identity', 1000, 3),
  number('security.subscriptions_per_socket', 200, 2),
  text('database.url', '', 'postgresql://u:p@db:5432/mesh'),
  number('database.pool_max', 10, 3),
  text('database.tls_ca', '', '/etc/db/ca.pem'),
  text('database.tls_cert', '', '/etc/db/cert.pem'),
  text('database.tls_key', '', '/etc/db/key.pem'),
];

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((node, part) => (node as Record<string, unknown>)[part], value);
}

function nest(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as object;
}

function tomlOf(key: string, toml: string): string {
  const [section, name] = [key.slice(0, key.lastIndexOf('.')), key.slice(key.lastIndexOf('.') + 1)];
  return `[${section}]\n${name} = ${toml}\n`;
}

function variableOf(key: string): string {
  return `TASKMESH_${key.toUpperCase().replaceAll('.', '__')}`;
}

it('has a row for every key', () => {
  expect(rows.map((one) => one.key)).toEqual([...keys.keys()]);
});

describe.each(rows)('$key', ({ key, seen, byDefault, toml, variable, flag, means }) => {
  it('has its default', () => {
    const { config, origins } = loaded();
    const expected = byDefault === '<cwd>' ? config.stateDir.replace(/.\.taskmesh$/, '') : byDefault;
    expect(at(config, seen)).toEqual(expected);
    expect(origins.get(key)).toBe('default');
  });

  it('is read from the file', () => {
    const { config, origins } = loaded({ toml: tomlOf(key, toml) });
    if (key !== 'server.body_max') expect(at(config, seen)).toEqual(means);
    else expect(at(config, seen)).toBe(MB);
    expect(origins.get(key)).toBe('file');
  });

  it('is read from the environment, above the file', () => {
    const { config, origins } = loaded({ toml: tomlOf(key, toml), env: { [variableOf(key)]: variable } });
    expect(at(config, seen)).toEqual(means);
    expect(origins.get(key)).toBe('environment');
  });

  it('is read from the flags, above file and environment', () => {
    const byFlag = { ...loaded({ toml: tomlOf(key, toml), flags: nest(seen, flag) }) };
    expect(at(byFlag.config, seen)).toEqual(means);
    const again = loaded({ env: { [variableOf(key)]: variable }, flags: nest(seen, flag) });
    expect(at(again.config, seen)).toEqual(means);
    expect(again.origins.get(key)).toBe('flag');
  });

  it('takes a flag as text', () => {
    expect(at(loaded({ flags: nest(seen, variable) }).config, seen)).toEqual(means);
  });
});

describe('the lowest level of the log', () => {
  it('follows debug_mode where it is not given', () => {
    expect(loaded({ toml: '[general]\ndebug_mode = false' }).config.observability.logs.level).toBe('info');
    expect(loaded({ env: { TASKMESH_GENERAL__DEBUG_MODE: '0' } }).config.observability.logs.level).toBe(
      'info',
    );
  });

  it('is what is given, whatever debug_mode says', () => {
    expect(loaded({ toml: 'observability.logs.level = "error"' }).config.observability.logs.level).toBe(
      'error',
    );
  });
});

describe('the state directory', () => {
  it('is .taskmesh in the working directory, or what the variable says, or what the flag says', () => {
    expect(loaded().config.stateDir).toMatch(/taskmesh-config-\w+\/\.taskmesh$/);
    const env = { TASKMESH_STATE_DIR: 'state' };
    expect(loaded({ env }).config.stateDir).toMatch(/taskmesh-config-\w+\/state$/);
    const flagged = loaded({ env, flags: { stateDir: '/var/lib/mesh' } });
    expect(flagged.config.stateDir).toBe('/var/lib/mesh');
    expect(flagged.origins.get('state_dir')).toBe('flag');
  });
});

it('cannot be changed once it is loaded', () => {
  const { config } = loaded();
  expect(() => Object.assign(config.server, { port: 1 })).toThrow(TypeError);
  expect(() => (config.execution.envAllow as string[]).push('SECRET')).toThrow(TypeError);
});

it('changes no default when a list of one configuration is copied', () => {
  load({ toml: '[execution]\nenv_allow = ["PATH"]' });
  expect(loaded().config.execution.envAllow).toContain('HOME');
});
