/** Certificates of a test: authorities, and what they signed, made by the program `openssl` in a folder. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('there is no openssl here: tests of TLS between parts are skipped');

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export class Authority {
  readonly cert: string;
  readonly #key: string;
  readonly #dir: string;

  constructor(dir: string, name: string) {
    this.#dir = dir;
    this.cert = join(dir, `${name}.pem`);
    this.#key = join(dir, `${name}.key`);
    mkdirSync(dir, { recursive: true });
    openssl(
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      this.#key,
      '-out',
      this.cert,
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
    );
  }

  /** `host`: an address of a server that it is for. A negative number of days makes one that is over. */
  sign(name: string, { host, days = 30 }: { host?: string; days?: number } = {}): Pair {
    const file = (ending: string): string =>
      join(this.#dir, `${name}${days < 0 ? '-over' : ''}${host ?? ''}.${ending}`);
    const [key, cert, request, extensions] = [file('key'), file('pem'), file('csr'), file('ext')];
    openssl('req', ...KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
    writeFileSync(extensions, host === undefined ? 'keyUsage=digitalSignature' : `subjectAltName=IP:${host}`);
    const by = ['-CA', this.cert, '-CAkey', this.#key, '-CAcreateserial', '-days', String(days)];
    openssl('x509', '-req', '-in', request, ...by, '-extfile', extensions, '-out', cert);
    chmodSync(key, 0o600);
    return { cert, key };
  }
}
