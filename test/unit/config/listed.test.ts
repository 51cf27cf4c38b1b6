/** The configuration as the API lists it: every key with its meaning, no secret, and what differs from the default. */
import { describe, expect, it } from 'vitest';
import { listConfig } from '../../../src/config/listed.js';
import { loadConfig } from '../../../src/config.js';
import { loaded, workingDirectory } from './config.fixture.js';

function keyOf(options: Parameters<typeof loaded>[0], name: string) {
  return listConfig(loaded(options).config, '/').find((key) => key.name === name);
}

describe('a listed configuration', () => {
  it('says of a key what it is, what it does and whether it was changed', () => {
    const toml = '[server]\nport = 8001\nbody_max = "1MB"';
    expect(keyOf({ toml }, 'server.port')).toEqual({
      name: 'server.port',
      value: '8001',
      about: expect.stringContaining('the port of API and dashboard'),
      changed: true,
    });
    expect(keyOf({ toml }, 'server.body_max')).toMatchObject({ value: '1MB', changed: true });
    expect(keyOf({ toml }, 'server.host')).toMatchObject({ value: '127.0.0.1', changed: false });
  });

  it('has no key that differs where nothing was said', () => {
    const cwd = workingDirectory();
    const given = loadConfig({ cwd, env: {} });
    if (!given.ok) throw new Error('it loads');
    expect(listConfig(given.config, cwd).filter(({ changed }) => changed)).toEqual([]);
  });

  it('masks what is secret', () => {
    const env = { DATABASE_URL: 'postgres://u:hunter2@h/d?password=hunter2' };
    const listed = listConfig(loaded({ env }).config, '/');
    expect(JSON.stringify(listed)).not.toContain('hunter2');
    expect(listed.find(({ name }) => name === 'database.url')?.value).toBe(
      'postgres://u:****@h/d?password=****',
    );
  });
});
