/** Installs the peers, and the newer Node that some of them need, beside this file: only the bench ever does. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const NODE = `${FOLDER}node_modules/node/bin/node`;
/** npm's own record of what it installed. */
const INSTALLED = `${FOLDER}node_modules/.package-lock.json`;

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
}

/** Answers the path of the Node that runs them. */
export function installPeers(say: (text: string) => void): string {
  if (isCurrent()) return NODE;
  say('installing the peers (once)');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: ['ignore', 2, 2],
  });
  return NODE;
}

function isCurrent(): boolean {
  if (!existsSync(NODE) || !existsSync(INSTALLED)) return false;
  const installed = packagesOf(INSTALLED);
  const wanted = Object.entries(packagesOf(`${FOLDER}package-lock.json`));
  return wanted.every(
    ([path, { version, optional }]) =>
      path === '' || optional === true || installed[path]?.version === version,
  );
}

function packagesOf(path: string): Lock['packages'] {
  return (JSON.parse(readFileSync(path, 'utf8')) as Lock).packages;
}
