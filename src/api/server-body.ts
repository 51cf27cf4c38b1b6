/**
 * How the GraphQL door reads a body: JSON only, valid UTF-8 only, within the size of a submission. An operation that
 * submits nothing has to be smaller (`operationFault`); what it is, is only known once it has been read.
 */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Kind, type OperationDefinitionNode } from 'graphql';
import { DoorRefusal } from './errors.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Length of the body as it came, for the GraphQL door. */
    bodyBytes: number;
  }
}

export interface BodyLimits {
  readonly bodyMaxBytes: number;
  readonly submissionMaxBytes: number;
}

/** Fields that may bring a whole mesh. */
const SUBMITTING: ReadonlySet<string> = new Set(['submitMesh', 'extendMesh', 'simulateMesh']);
/** Large bodies read at the same time: memory stays within a few times the largest. */
const LARGE_AT_ONCE_MAX = 4;

function decode(body: Buffer): string {
  if (isUtf8(body)) return body.toString('utf8');
  throw new DoorRefusal('BAD_REQUEST', 'the body is not valid UTF-8; encode it as UTF-8');
}

function isPlainJson(contentType: string | undefined): boolean {
  return contentType === undefined || !/charset=(?!"?utf-?8)/i.test(contentType);
}

function refuseEncodings({ headers }: FastifyRequest): void {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new DoorRefusal(
      'UNSUPPORTED_MEDIA_TYPE',
      'compressed bodies are not read; send it without Content-Encoding',
    );
  }
  if (isPlainJson(headers['content-type'])) return;
  throw new DoorRefusal(
    'UNSUPPORTED_MEDIA_TYPE',
    'the body must be UTF-8; send Content-Type: application/json',
  );
}

/** The parser refuses both alike; what is fine for JSON itself was refused for its keys. */
function explain(text: string): DoorRefusal {
  try {
    JSON.parse(text);
    return new DoorRefusal(
      'BAD_REQUEST',
      'the body has a key __proto__ or constructor.prototype; choose another name',
    );
  } catch (error) {
    return new DoorRefusal('BAD_REQUEST', `the body is not JSON: ${(error as Error).message}`);
  }
}

/** Keys that change a prototype may also be written with escapes. Nearly no body has any of the three. */
function mayHoldPoison(text: string): boolean {
  return text.includes('__proto__') || text.includes('constructor') || text.includes('\\u');
}

/** Of a submission of 1.5 MB the search for poison by Fastify's parser takes as long as reading it does, 10 ms each. */
function parsePlain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw explain(text);
  }
}

export function readJsonOnly(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      refuseEncodings(request);
      request.bodyBytes = body.length;
      const text = decode(body as Buffer);
      if (text === '') throw new DoorRefusal('BAD_REQUEST', 'the body is empty; send { "query": "..." }');
      if (mayHoldPoison(text))
        void parseJson(request, text, (error, parsed) => done(error === null ? null : explain(text), parsed));
      else done(null, parsePlain(text));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Admits a few large bodies at once and asks the others to come back. */
export class LargeBodies {
  #reading = 0;

  constructor(private readonly limits: BodyLimits) {}

  admit(request: FastifyRequest, reply: FastifyReply): void {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length <= this.limits.bodyMaxBytes || length > this.limits.submissionMaxBytes) return;
    if (this.#reading >= LARGE_AT_ONCE_MAX) {
      throw new DoorRefusal(
        'OVERLOADED',
        `${LARGE_AT_ONCE_MAX} large submissions are being read at the moment; send this one again in a second`,
      );
    }
    this.#reading++;
    reply.raw.once('close', () => this.#reading--);
  }
}

function submits(operation: OperationDefinitionNode): boolean {
  return operation.selectionSet.selections.some(
    (one) => one.kind === Kind.FIELD && SUBMITTING.has(one.name.value),
  );
}

export function operationFault(
  operation: OperationDefinitionNode,
  bytes: number,
  { bodyMaxBytes }: BodyLimits,
): DoorRefusal | undefined {
  if (bytes <= bodyMaxBytes || submits(operation)) return undefined;
  const message = `the body has ${bytes} bytes, at most ${bodyMaxBytes} are read for an operation that submits no mesh ([server] body_max)`;
  return new DoorRefusal('PAYLOAD_TOO_LARGE', message);
}
