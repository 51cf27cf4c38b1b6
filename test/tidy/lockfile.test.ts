/** `npm ci` must accept package-lock.json on every platform, also after a dependency changed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { projectRoot, readText } from './source-file.js';

const directory = mkdtempSync(join(tmpdir(), 'taskmesh-lock-'));
afterAll(() => rmSync(directory, { recursive: true }));

function completeLock(...args: string[]): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, [join(projectRoot, '.ci/complete-lock.mjs'), ...args], {
    encoding: 'utf8',
  });
}

it('the lock names every optional package; `node .ci/complete-lock.mjs` adds what it lacks', () => {
  const checked = completeLock('--check', join(projectRoot, 'package-lock.json'));
  expect(checked).toMatchObject({ stdout: '', status: 0 });
});

it('the lock was made from this package.json', () => {
  const manifest = JSON.parse(readText('package.json'));
  const root = JSON.parse(readText('package-lock.json')).packages[''];
  expect(root.dependencies).toEqual(manifest.dependencies);
  expect(root.devDependencies).toEqual(manifest.devDependencies);
});

it('a lock that lacks a package is refused, and then completed', () => {
  const path = join(directory, 'package-lock.json');
  const optionalDependencies = { '@tool/cli-linux-x64-musl': '1.2.3', here: '1.0.0' };
  const packages = {
    '': { name: 'planted' },
    'node_modules/tool': { version: '1.2.3', dev: true, optionalDependencies },
    'node_modules/tool/node_modules/here': { version: '1.0.0' },
  };
  writeFileSync(path, JSON.stringify({ packages }));
  expect(completeLock('--check', path)).toMatchObject({
    status: 1,
    stdout: `${path} lacks @tool/cli-linux-x64-musl@1.2.3\n`,
  });
  completeLock(path);
  expect(completeLock('--check', path)).toMatchObject({ status: 0, stdout: '' });
  const completed = JSON.parse(readFileSync(path, 'utf8')).packages;
  expect(completed['node_modules/@tool/cli-linux-x64-musl']).toEqual({
    version: '1.2.3',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
});
