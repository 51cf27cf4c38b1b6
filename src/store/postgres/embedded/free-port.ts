/**
 * Picks a TCP port on the loopback that was free a moment ago: the last one where it still is, because nodes of the cluster
 * know the database by it and look for it there after a restart. Called before each first start; the caller copes when it is
 * taken meanwhile.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';

/** `file` holds the last one; without it any is as good. */
export async function freePort(file?: string): Promise<number> {
  const last = file === undefined ? 0 : Number(await readFile(file, 'utf8').catch(() => '0'));
  const isPort = Number.isInteger(last) && last > 0 && last < 65_536;
  return (isPort ? await listenOn(last).catch(() => undefined) : undefined) ?? (await listenOn(0));
}

export async function rememberPort(file: string, port: number): Promise<void> {
  await writeFile(file, `${port}\n`, { mode: 0o600 });
}

function listenOn(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
