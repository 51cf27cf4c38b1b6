/**
 * One GraphQL request to the server that served this page, typed by its document. Faults come as `ApiFault` with the
 * code of the API; a token that is refused signs the page out. Streams are in `socket.ts`.
 */
import type { TypedDocumentString } from '../../generated/dashboard/graphql.js';
import { authorization, signOut } from './session.js';

export interface Fault {
  readonly path: string;
  readonly message: string;
}

export class ApiFault extends Error {
  readonly code: string;
  readonly faults: readonly Fault[];

  constructor(code: string, message: string, faults: readonly Fault[] = []) {
    super(message);
    this.code = code;
    this.faults = faults;
  }
}

interface Answer<R> {
  readonly data?: R | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly faults?: readonly Fault[] };
  }[];
}

/** Fields of forms are members of the variable `input`. */
function ofInput({ path, message }: Fault): Fault {
  return { path: path.replace(/^input\./, ''), message };
}

function faultIn(answer: Answer<unknown>, status: number): ApiFault {
  const first = answer.errors?.[0];
  const code = first?.extensions?.code ?? `HTTP_${status}`;
  const fault = new ApiFault(
    code,
    first?.message ?? `the server answered ${status}`,
    answer.errors?.flatMap(({ extensions }) => extensions?.faults ?? []).map(ofInput) ?? [],
  );
  if (code === 'UNAUTHENTICATED') signOut(fault.message);
  return fault;
}

export async function ask<R, V>(
  document: TypedDocumentString<R, V>,
  variables: V,
  signal?: AbortSignal,
): Promise<R> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...authorization() },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal: signal ?? null,
  });
  const answer = (await response.json()) as Answer<R>;
  if (answer.data == null || (answer.errors?.length ?? 0) > 0) throw faultIn(answer, response.status);
  return answer.data;
}

export function wordsOf(error: unknown): string {
  if (error instanceof ApiFault) return error.message;
  return error instanceof TypeError ? 'the server cannot be reached' : String(error);
}
