/** What `taskmesh config` prints: valid TOML, origins, and no secret. */
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { formatFaults, renderConfig } from '../../../src/config.js';
import { maskSecret } from '../../../src/config/faults.js';
import { formatSize, parseSize } from '../../../src/config/size.js';
import { faultsOf, loaded } from './config.fixture.js';

describe('a printed configuration', () => {
  it('loads again as the same configuration', () => {
    const first = loaded({
      toml: '[execution]\nenv_allow = ["A"]\n[server]\nbody_max = 2000',
      flags: { general: { instanceName: 'a "b" \\ c' } },
    });
    const again = loaded({
      toml: renderConfig(first.config, first.origins),
      flags: { stateDir: first.config.stateDir },
    });
    expect(again.config).toEqual(first.config);
  });

  it('says of every key where it comes from and what it does', () => {
    const { config, origins } = loaded({
      toml: '[server]\nport = 8001',
      env: { TASKMESH_SERVER__BODY_MAX: '1MB', TASKMESH_STATE_DIR: '/s' },
    });
    const printed = renderConfig(config, origins);
    expect(printed).toContain('\n[server]\nhost = "127.0.0.1" # default: ');
    expect(printed).toContain('\nport = 8001 # file: the port of API and dashboard');
    expect(printed).toContain('\nbody_max = "1MB" # environment: ');
    expect(printed).toMatch(/^# state_dir: "\/s" \(environment;/);
    expect(printed).toContain('\n[observability.metrics]\n');
    expect(printed).not.toContain('\n[observability]\n');
  });

  it('masks the password of the database', () => {
    const { config, origins } = loaded({
      env: { DATABASE_URL: 'postgres://u:hunter2@h/d?password=hunter2&sslmode=require' },
    });
    const printed = renderConfig(config, origins);
    expect(printed).not.toContain('hunter2');
    expect(parse(printed).database).toMatchObject({
      url: 'postgres://u:****@h/d?password=****&sslmode=require',
    });
  });
});

describe('a masked address', () => {
  it.each([
    ['', ''],
    ['postgres://u@h/d', 'postgres://u@h/d'],
    ['postgres://h:5432/d', 'postgres://h:5432/d'],
    ['postgres://u:p@ss/w@h:1/d', 'postgres://u:****@h:1/d'],
    ['mysql://u:p@h', 'mysql://u:****@h'],
    ['postgres://:p@h', 'postgres://:****@h'],
    ['host=h password=p', '(hidden, 17 characters)'],
  ])('%s is %s', (url, masked) => {
    expect(maskSecret(url)).toBe(masked);
  });

  it.each(['mysql://u:hunter2@h/d', 'host=h password=hunter2', 'postgres://u:hunter2@[bad/d'])(
    'stays masked in the fault of %s',
    (url) => {
      const faults = faultsOf({
        toml: `[database]\nurl = ${JSON.stringify(url)}`,
        env: { DATABASE_URL: url },
        flags: { database: { url } },
      });
      expect(faults).toHaveLength(3);
      expect(formatFaults(faults)).not.toContain('hunter2');
    },
  );
});

describe('a size', () => {
  it.each([
    ['1024', 1024],
    ['0', 0],
    ['1KB', 1024],
    ['1 kb', 1024],
    ['1KiB', 1024],
    ['1.5MB', 1_572_864],
    ['2 GiB', 2 ** 31],
    ['5B', 5],
    ['', undefined],
    ['MB', undefined],
    ['-1KB', undefined],
    ['1.0001KB', undefined],
    ['1TB', undefined],
    ['1e3', undefined],
    ['99999999999GB', undefined],
  ])('%j is %s bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it('is read back as it was printed', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => parseSize(formatSize(bytes)) === bytes));
    expect([256 * 1024, 10 * 1024 ** 2, 1000, 0].map(formatSize)).toEqual(['256KB', '10MB', '1000B', '0B']);
  });
});
