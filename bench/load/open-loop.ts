/**
 * Requests at a rate that does not wait for answers, as many clients send them: each is timed from when it was due, so that a
 * server that stalls is charged for all that came meanwhile. Over kept connections, with the token.
 */
import { Agent, request } from 'node:http';

export interface Loop {
  readonly url: string;
  readonly token: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly body: (index: number) => { readonly path: string; readonly json: string };
}

export interface LoopResult {
  readonly sent: number;
  /** By status; 0: no answer. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Of the answers with a status below 300. */
  readonly p50: number;
  readonly p99: number;
  readonly seconds: number;
}

const CONNECTIONS = 256;

export async function openLoop({ url, token, perSecond, seconds, body }: Loop): Promise<LoopResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const total = Math.round(perSecond * seconds);
  const statuses = new Map<number, number>();
  const times: number[] = [];
  const beganAt = performance.now();
  let done = 0;
  let next = 0;
  await new Promise<void>((resolve) => {
    const ended = (status: number, dueAt: number): void => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status >= 200 && status < 300) times.push(performance.now() - dueAt);
      if (++done === total) resolve();
    };
    const send = (index: number, dueAt: number): void => {
      const { path, json } = body(index);
      const sent = request(`${url}${path}`, {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(json),
          authorization: `Bearer ${token}`,
        },
      });
      sent.on('response', (response) => {
        response.resume();
        response.on('end', () => ended(response.statusCode ?? 0, dueAt));
      });
      sent.on('error', () => ended(0, dueAt));
      sent.end(json);
    };
    const tick = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - beganAt) / 1000) * perSecond));
      for (; next < due; next++) send(next, beganAt + (next / perSecond) * 1000);
      if (next === total) clearInterval(tick);
    }, 1);
  });
  agent.destroy();
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return {
    sent: total,
    statuses,
    p50: at(0.5),
    p99: at(0.99),
    seconds: (performance.now() - beganAt) / 1000,
  };
}
