/**
 * Failures of HTTP work: the codes a task's author sees, and how errors of Node's HTTP client become them. Called by
 * the HTTP executor only; the texts say what to do where there is something to do.
 */

/** A failure whose code is ours already. */
export class HttpFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function privateAddressRefused(reason: string): HttpFailure {
  return new HttpFailure(
    'PRIVATE_ADDRESS_REFUSED',
    `${reason}. Tasks reach public addresses only; list exceptions in the setting http_allow_private.`,
  );
}

export function responseTooLarge(bytesMax: number): HttpFailure {
  return new HttpFailure('RESPONSE_TOO_LARGE', `The response is larger than ${bytesMax} bytes.`);
}

const CODES: { readonly [code: string]: string } = {
  ECONNREFUSED: 'CONNECTION_REFUSED',
  ECONNRESET: 'CONNECTION_RESET',
  EPIPE: 'CONNECTION_RESET',
  ECONNABORTED: 'CONNECTION_RESET',
  ENOTFOUND: 'DNS_NOT_FOUND',
  ENODATA: 'DNS_NOT_FOUND',
  EAI_AGAIN: 'DNS_UNAVAILABLE',
  ETIMEDOUT: 'CONNECT_TIMEOUT',
  EHOSTUNREACH: 'HOST_UNREACHABLE',
  ENETUNREACH: 'HOST_UNREACHABLE',
  EADDRNOTAVAIL: 'HOST_UNREACHABLE',
  EPROTO: 'TLS_ERROR',
  HPE_HEADER_OVERFLOW: 'RESPONSE_TOO_LARGE',
  ERR_INVALID_CHAR: 'INVALID_REQUEST',
  ERR_INVALID_HTTP_TOKEN: 'INVALID_REQUEST',
  ERR_HTTP_INVALID_HEADER_VALUE: 'INVALID_REQUEST',
  ERR_UNESCAPED_CHARACTERS: 'INVALID_REQUEST',
};
const TLS =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;
/** zlib and the HTTP parser. */
const PROTOCOL = /^(?:HPE_|Z_|ERR__?ERROR_FORMAT|ERR_PADDING|ERR_BROTLI)/;

function codeOf(error: NodeJS.ErrnoException): string {
  if (error instanceof HttpFailure) return error.code;
  const code = error.code ?? '';
  if (Object.hasOwn(CODES, code)) return CODES[code] as string;
  if (TLS.test(code)) return 'TLS_ERROR';
  return PROTOCOL.test(code) ? 'INVALID_RESPONSE' : 'NETWORK_ERROR';
}

/** Several addresses of a host were tried and all failed: the first says why. */
function first(error: unknown): NodeJS.ErrnoException {
  const errors = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return (errors[0] ?? error) as NodeJS.ErrnoException;
}

export function httpFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const cause = first(error);
  return new HttpFailure(codeOf(cause), cause.message === '' ? String(cause.code ?? cause) : cause.message);
}
