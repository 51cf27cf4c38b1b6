/** What is refused, where the fault is said to be, and what the reader is told to do. */
import { describe, expect, it } from 'vitest';
import { formatFaults } from '../../../src/config.js';
import { faultsOf, load, loaded } from './config.fixture.js';

describe('a value that breaks its rule', () => {
  it.each([
    [
      '[execution]\nmax_parallel_tasks = 0',
      2,
      'execution.max_parallel_tasks',
      'must be a whole number from 1 to 10000',
      '0',
    ],
    [
      '[execution]\nmax_parallel_tasks = 1.5',
      2,
      'execution.max_parallel_tasks',
      'must be a whole number from 1 to 10000',
      '1.5',
    ],
    [
      '[execution]\n\ntimeout_seconds = inf',
      3,
      'execution.timeout_seconds',
      'must be a number from 0.001 to 2147483',
      'Infinity',
    ],
    [
      '[execution]\ntimeout_seconds = nan',
      2,
      'execution.timeout_seconds',
      'must be a number from 0.001 to 2147483',
      'NaN',
    ],
    ['[general]\ndebug_mode = "true"', 2, 'general.debug_mode', 'must be true or false', '"true"'],
    [
      '[general]\ninstance_name = ""',
      2,
      'general.instance_name',
      'must be text of 1 to 200 characters on one line',
      '""',
    ],
    [
      '[general]\nenvironment = 1979-05-27',
      2,
      'general.environment',
      'must be text of 1 to 200 characters on one line',
      '"1979-05-27"',
    ],
    [
      '[execution]\nenv_allow = [\n "PATH",\n "A=B"\n]',
      2,
      'execution.env_allow',
      'must be a list of names of environment variables',
      '"A=B"',
    ],
    [
      '[execution]\nhttp_allow_private = ["10.0.0.0/99"]',
      2,
      'execution.http_allow_private',
      expect.stringContaining('ranges'),
      '"10.0.0.0/99"',
    ],
    [
      '[server]\nbody_max = "1 parsec"',
      2,
      'server.body_max',
      expect.stringContaining('a size from 1KB to 64MB'),
      '"1 parsec"',
    ],
    ['[server]\nhost = "127.1"', 2, 'server.host', 'must be an IP address or a host name', '"127.1"'],
    [
      '[server]\nallowed_origins = ["https://a.org/"]',
      2,
      'server.allowed_origins',
      expect.stringContaining('origins'),
      '"https://a.org/"',
    ],
    ['[server]\nport = 65536', 2, 'server.port', 'must be a whole number from 0 to 65535', '65536'],
    [
      '[observability.logs]\nlevel = "loud"',
      2,
      'observability.logs.level',
      expect.stringContaining('one of "trace", "debug"'),
      '"loud"',
    ],
    ['execution = 4', 1, 'execution', 'must be a section', '4'],
    [
      '[[execution]]\nmax_parallel_tasks = 4',
      1,
      'execution',
      'must be a section',
      '[{"max_parallel_tasks":4}]',
    ],
  ])('%j is refused on line %i', (toml, line, key, rule, got) => {
    expect(faultsOf({ toml })).toMatchObject([{ source: 'file', line, key, rule, got }]);
  });

  it.each([
    ['TASKMESH_SERVER__PORT', 'eighty', '"eighty"'],
    ['TASKMESH_SERVER__PORT', '0x50', '"0x50"'],
    ['TASKMESH_GENERAL__DEBUG_MODE', 'maybe', '"maybe"'],
    ['TASKMESH_EXECUTION__ENV_ALLOW', '["A"', '"[\\"A\\""'],
    ['TASKMESH_EXECUTION__ENV_ALLOW', 'A,B-C', '"B-C"'],
  ])('%s=%s is refused', (variable, value, got) => {
    expect(faultsOf({ env: { [variable]: value } })).toMatchObject([
      { source: 'environment', where: variable, got },
    ]);
  });

  it('is refused as a flag, as text or typed', () => {
    const expected = [
      { source: 'flag', where: 'server.port', rule: 'must be a whole number from 0 to 65535' },
    ];
    expect(faultsOf({ flags: { server: { port: 'x' } } })).toMatchObject(expected);
    expect(faultsOf({ flags: { server: { port: -1 } } })).toMatchObject(expected);
  });

  it('is refused even where a stronger source overrides it', () => {
    expect(faultsOf({ toml: 'server.port = -1', env: { TASKMESH_SERVER__PORT: '80' } })).toMatchObject([
      { source: 'file', line: 1 },
    ]);
  });
});

describe('a name nobody knows', () => {
  it.each([
    [
      '[execution]\nmax_paralel_tasks = 4',
      2,
      'execution.max_paralel_tasks',
      'did you mean execution.max_parallel_tasks?',
    ],
    ['[exection]\ntimeout_seconds = 4', 1, 'exection', 'did you mean execution?'],
    ['max_parallel_tasks = 4', 1, 'max_parallel_tasks', 'did you mean execution.max_parallel_tasks?'],
    ['[general]\nbatch_size = 4', 2, 'general.batch_size', 'did you mean learning.batch_size?'],
    ['[observability]\nmetric.port = 4', 2, 'observability.metric', 'did you mean observability.metrics?'],
    ['[metrics]\nport = 4', 1, 'metrics', 'did you mean observability.metrics?'],
    ['"execution.max_parallel_tasks" = 4', 1, '"execution.max_parallel_tasks"', expect.any(String)],
    [
      '[learning]\nqwertyuiop = 4',
      2,
      'learning.qwertyuiop',
      'remove it; the keys of [learning] are enabled, timeouts, tuning, tuning_window_seconds, learning_rate, batch_size, max_iterations',
    ],
    ['[zzz]\na = 1', 1, 'zzz', expect.stringContaining('the sections are general, execution')],
  ])('%j gets a suggestion', (toml, line, key, fix) => {
    expect(faultsOf({ toml })).toMatchObject([{ line, key, fix, rule: 'must be a known key' }]);
  });

  it.each([
    ['TASKMESH_EXECUTION__MAX_PARALEL_TASKS', 'did you mean TASKMESH_EXECUTION__MAX_PARALLEL_TASKS?'],
    ['TASKMESH_Server__Port', 'did you mean TASKMESH_SERVER__PORT?'],
    ['TASKMESH_DATABASE__PASSWORD', expect.stringContaining('url, pool_max')],
  ])('the variable %s gets a suggestion, and its value is not printed', (variable, fix) => {
    const faults = faultsOf({ env: { [variable]: 'hunter2' } });
    expect(faults).toMatchObject([{ source: 'environment', where: variable, fix }]);
    expect(formatFaults(faults)).not.toContain('hunter2');
  });

  it('is a fault as a flag', () => {
    expect(faultsOf({ flags: { server: { prot: 1 } } as object })).toMatchObject([
      { source: 'flag', key: 'server.prot', fix: 'did you mean server.port?' },
    ]);
  });
});

describe('rules between keys', () => {
  it.each(['0.0.0.0', '::', '192.168.1.4', 'mesh.example.org', '128.0.0.1'])(
    'refuses to listen on %s, and names the fix',
    (host) => {
      const [fault] = faultsOf({ toml: `[server]\nhost = "${host}"` });
      expect(fault).toMatchObject({
        line: 2,
        key: 'server.host',
        got: `"${host}"`,
        fix: expect.stringContaining('server.insecure = true'),
      });
    },
  );

  it('listens anywhere with the insecure switch', () => {
    expect(
      loaded({ env: { TASKMESH_SERVER__HOST: '0.0.0.0', TASKMESH_SERVER__INSECURE: 'true' } }).config.server
        .host,
    ).toBe('0.0.0.0');
  });

  it('listens anywhere with a certificate and its key', () => {
    const toml = '[server]\nhost = "0.0.0.0"\ntls_cert = "cert.pem"';
    expect(load({ toml: `${toml}\ntls_key = "key.pem"` })).toMatchObject({ ok: true });
    expect(faultsOf({ toml })).toMatchObject([{ line: 2, key: 'server.host' }]);
  });

  it.each(['localhost', '127.0.0.1', '127.9.9.9', '::1'])('listens on %s', (host) => {
    expect(load({ flags: { server: { host } } })).toMatchObject({ ok: true });
  });

  it('refuses one port for two doors, and blames the key that was set', () => {
    expect(faultsOf({ toml: '[server]\nport = 9090' })).toMatchObject([
      { line: 2, key: 'observability.metrics.port', got: '9090' },
    ]);
    expect(load({ toml: 'server.port = 9090\nobservability.metrics.enabled = false' })).toMatchObject({
      ok: true,
    });
    expect(load({ toml: 'server.port = 0\nobservability.metrics.port = 0' })).toMatchObject({ ok: true });
  });

  it('refuses a submission that must be smaller than any other body', () => {
    expect(faultsOf({ env: { TASKMESH_SERVER__BODY_MAX: '32MB' } })).toMatchObject([
      {
        where: 'TASKMESH_SERVER__BODY_MAX',
        key: 'server.submission_max',
        rule: 'must be at least server.body_max (32MB)',
        got: '16MB',
      },
    ]);
  });
});

describe('a file that is not TOML', () => {
  it('is one fault with its line, beside the faults of the other sources', () => {
    const faults = faultsOf({ toml: '[server]\nport = 1\nport = 2\n', env: { TASKMESH_SERVER__PORT: 'x' } });
    expect(faults).toMatchObject([
      { source: 'file', line: 3, rule: 'must be TOML' },
      { source: 'environment' },
    ]);
  });

  it('does not quote its text', () => {
    expect(formatFaults(faultsOf({ toml: '[database]\nurl = "postgres://u:hunter2@h/d\n' }))).not.toContain(
      'hunter2',
    );
  });
});

describe('all faults', () => {
  const toml = '# ours\n[server]\nport = "8000"\n\n[execution]\nretry_attempts = 0\nmax_paralel_tasks = 1\n';
  const env = { TASKMESH_LEARNING__BATCH_SIZE: 'many' };

  it('are reported at once, in reading order', () => {
    const faults = faultsOf({ toml, env, flags: { database: { poolMax: 0 } } });
    expect(faults.map((fault) => [fault.source, fault.line, fault.key])).toEqual([
      ['file', 3, 'server.port'],
      ['file', 6, 'execution.retry_attempts'],
      ['file', 7, 'execution.max_paralel_tasks'],
      ['environment', undefined, 'learning.batch_size'],
      ['flag', undefined, 'database.pool_max'],
    ]);
  });

  it('are printed with place, rule, value and fix', () => {
    const printed = formatFaults(faultsOf({ toml, env })).replaceAll(/\S+taskmesh\.toml/g, 'taskmesh.toml');
    expect(printed).toBe(`The configuration has 4 faults:
  taskmesh.toml:3: server.port must be a whole number from 0 to 65535, got "8000"
    fix: write port = 8000
  taskmesh.toml:6: execution.retry_attempts must be a whole number from 1 to 1000, got 0
    fix: for instance retry_attempts = 3
  taskmesh.toml:7: execution.max_paralel_tasks must be a known key, got execution.max_paralel_tasks
    fix: did you mean execution.max_parallel_tasks?
  TASKMESH_LEARNING__BATCH_SIZE: learning.batch_size must be a whole number from 1 to 1000000, got "many"
    fix: for instance TASKMESH_LEARNING__BATCH_SIZE=32`);
  });
});
