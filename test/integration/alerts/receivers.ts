/** Who is told of alerts: a web server that keeps what it was sent, and a mail server that does. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: {
    readonly id: string;
    readonly phase: string;
    readonly alert: Readonly<Record<string, unknown>>;
  };
}

export interface WebReceiver {
  readonly url: string;
  readonly told: Told[];
  /** Statuses of the next answers; 204 when there are no more. */
  readonly answers: number[];
  close(): Promise<void>;
}

export async function webReceiver(): Promise<WebReceiver> {
  const told: Told[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    told.push({ headers: request.headers, text, body: JSON.parse(text) });
    response.writeHead(answers.shift() ?? 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}/hook`, told, answers },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** By the standard, and not by our own code. */
export function isSigned({ headers, text }: Told, key: string): boolean {
  const id = String(headers['webhook-id']);
  const at = String(headers['webhook-timestamp']);
  const expected = createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64');
  return headers['webhook-signature'] === `v1,${expected}`;
}

export interface MailReceiver {
  readonly url: string;
  readonly mails: { readonly to: readonly string[]; readonly text: string }[];
  close(): Promise<void>;
}

export async function mailReceiver(): Promise<MailReceiver> {
  const mails: { to: string[]; text: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, text: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    ...{ url: `smtp://127.0.0.1:${port}`, mails },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
