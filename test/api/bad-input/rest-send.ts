/** Sends a row of the REST table as it stands, Host header included, which `fetch` would not let through. */
import { request } from 'node:http';
import type { RestRow } from './rest-table.js';

export interface RowAnswer {
  readonly status: number;
  /** The message and every fault as `field message`, one line each; the raw text where there is no such JSON. */
  readonly lines: readonly string[];
  readonly ms: number;
}

function bytesOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function linesOf(text: string): string[] {
  try {
    const { error } = JSON.parse(text) as {
      error: { message: string; faults?: { field: string; message: string }[] };
    };
    return [error.message, ...(error.faults ?? []).map(({ field, message }) => `${field} ${message}`)];
  } catch {
    return [text];
  }
}

export function sendRow(
  url: string,
  token: string,
  { method, path, headers, body }: RestRow,
): Promise<RowAnswer> {
  const bytes = bytesOf(body);
  const own = {
    authorization: `Bearer ${token}`,
    ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length }),
  };
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: new URL(url).hostname, port: new URL(url).port, method, path, headers: { ...own, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const lines = linesOf(Buffer.concat(chunks).toString());
          resolve({ status: response.statusCode ?? 0, lines, ms: performance.now() - startedAt });
        });
      },
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}
