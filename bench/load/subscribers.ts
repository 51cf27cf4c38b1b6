/** Many subscribers, a socket each, of which some stop reading: what they weigh in the server, and when each hears of one event. */
import WebSocket from 'ws';

export interface Crowd {
  /** Of those that read, in ms since `from`, once all have heard that many times. */
  heard(times: number, msMax: number): Promise<readonly number[]>;
  stall(share: number): number;
  readonly open: number;
  close(): void;
}

interface Listener {
  readonly socket: WebSocket;
  readonly at: number[];
  isStalled: boolean;
}

const AT_ONCE = 100;

function listen(url: string, token: string, query: string): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    const listener: Listener = { socket, at: [], isStalled: false };
    socket.on('error', reject);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (message) => {
      const { type } = JSON.parse(String(message)) as { type: string };
      if (type === 'connection_ack') {
        socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
        resolve(listener);
      } else if (type === 'next') listener.at.push(performance.now());
      else if (type === 'error') reject(new Error(String(message)));
    });
  });
}

export async function gather(url: string, token: string, query: string, count: number): Promise<Crowd> {
  const listeners: Listener[] = [];
  while (listeners.length < count) {
    const more = Math.min(AT_ONCE, count - listeners.length);
    listeners.push(...(await Promise.all(Array.from({ length: more }, () => listen(url, token, query)))));
  }
  return {
    open: listeners.length,
    stall: (share) => {
      const some = listeners.slice(0, Math.round(share * listeners.length));
      for (const listener of some) {
        listener.isStalled = true;
        listener.socket.pause();
      }
      return some.length;
    },
    heard: async (times, msMax) => {
      const end = performance.now() + msMax;
      const readers = listeners.filter(({ isStalled }) => !isStalled);
      while (performance.now() < end && readers.some(({ at }) => at.length < times))
        await new Promise((resolve) => setTimeout(resolve, 20));
      return readers.map(({ at }) => at[times - 1] ?? Number.POSITIVE_INFINITY);
    },
    close: () => {
      for (const { socket } of listeners) socket.terminate();
    },
  };
}
