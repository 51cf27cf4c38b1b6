/**
 * From the bytes of a request body to JSON, or a refusal that says where it goes wrong. Fastify calls it for every body
 * of the REST routes. Depth, odd keys and texts that cannot be stored are refused by the rules of the GraphQL scalars.
 */
import { jsonFault } from '../graphql/scalar/json-value.js';
import { invalidInput, RestRefusal } from './refusal.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined for an empty body. */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const value = parse(decode(bytes));
  const fault = jsonFault(value, 'body');
  if (fault === undefined) return value;
  throw invalidInput([{ field: placeOf(value, fault.path), message: fault.message }]);
}

/** Without the word `body`; a path so deep that only its end was kept gets its beginning back. */
function placeOf(body: unknown, path: string): string {
  if (path.startsWith('body')) return path.replace(/^body\.?(?=.)/, '');
  const fields = Object.entries(body as object);
  const [name] = fields.find(([field, value]) => jsonFault(value, field) !== undefined) ?? ['body'];
  return `${name}…${path}`;
}

/** Media type and encodings this door reads; JSON has no other charset than UTF-8 (RFC 8259, section 8.1). */
export function refuseOtherEncodings(
  contentType: string | undefined,
  contentEncoding: string | undefined,
): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw unsupported(`the charset ${charset} is not supported; send UTF-8`);
  }
  if (contentEncoding !== undefined && contentEncoding !== 'identity') {
    throw unsupported(`the content-encoding ${contentEncoding} is not supported; send the body uncompressed`);
  }
}

function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw malformed('the body is not valid UTF-8; encode it as UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(
      `the body is not JSON: ${error instanceof Error ? error.message : 'it cannot be parsed'}`,
    );
  }
}

function malformed(message: string): RestRefusal {
  return new RestRefusal({ status: 400, code: 'BAD_REQUEST', message });
}

export function unsupported(message: string): RestRefusal {
  return new RestRefusal({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message });
}
