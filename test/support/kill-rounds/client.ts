/**
 * One client of the load: submits, creates, cancels and asks again, one request at a time, and notes every answer. A
 * request without an answer is sent again, in this round or the next, with the same idempotency key.
 */
import type { SeededRandom } from '../../../src/kit/random.js';
import type { ServerProcess } from '../server-process.js';
import { drawKind, drawMesh, drawTask } from './meshes.js';
import { ANSWER_MS_MAX, type Notes } from './notes.js';

interface Request {
  readonly query: string;
  readonly variables: object;
  /** Refusals that this request may meet without anything being wrong. */
  readonly mayMeet?: string;
  readonly answered: (answer: never) => void;
}

type Answer =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'none' };

interface OpenMesh {
  readonly id: string;
  readonly taskIds: readonly string[];
}

/** Codes that say: nothing is certain, ask again. */
const ASK_AGAIN = ['UNAVAILABLE', 'OVERLOADED'];
const AGAIN_MS = 50;

const SUBMIT =
  'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id tasks(first: 10) { nodes { id } } } }';
const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const CANCEL_MESH = 'mutation ($id: ID!) { cancelMesh(id: $id) { id status } }';
const CANCEL_TASK = 'mutation ($id: ID!) { cancelTask(id: $id) { id status } }';

export async function ask(
  server: Pick<ServerProcess, 'url' | 'token'>,
  query: string,
  variables: object,
): Promise<Answer> {
  try {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const { data, errors } = (await response.json()) as {
      data?: object;
      errors?: { message: string; extensions: { code: string } }[];
    };
    const [error] = errors ?? [];
    // a server that closes its door turns requests away before GraphQL sees them
    if (data === undefined && error === undefined) return { kind: 'none' };
    if (error === undefined) return { kind: 'answered', answer: Object.values(data ?? {})[0] };
    return { kind: 'refused', code: error.extensions.code, message: error.message };
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') throw error;
    return { kind: 'none' };
  }
}

export class LoadClient {
  readonly #name: string;
  readonly #random: SeededRandom;
  readonly #notes: Notes;
  readonly #effects: string;
  /** Sent and not answered yet. */
  #pending: Request | undefined;
  #last: OpenMesh | undefined;
  #sent = 0;

  constructor(name: string, random: SeededRandom, notes: Notes, effects: string) {
    this.#name = name;
    this.#random = random.fork(name);
    this.#notes = notes;
    this.#effects = effects;
  }

  /** One request after the other until `stop` aborts. */
  async run(server: Pick<ServerProcess, 'url' | 'token'>, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#pending ??= this.#draw();
      const answer = await ask(server, this.#pending.query, this.#pending.variables);
      if (this.#isDone(this.#pending, answer)) this.#pending = undefined;
      else await backOff(stop);
    }
  }

  #isDone(request: Request, answer: Answer): boolean {
    if (answer.kind === 'answered') {
      request.answered(answer.answer as never);
      this.#notes.answered();
      return true;
    }
    if (answer.kind === 'none' || ASK_AGAIN.includes(answer.code) || this.#notes.excuses(answer.code)) {
      this.#notes.unanswered++;
      return false;
    }
    if (answer.code !== request.mayMeet)
      this.#notes.surprises.push(`${answer.code} to ${request.query}: ${answer.message}`);
    return true;
  }

  #draw(): Request {
    const what = this.#random.int(100);
    if (what < 10) return this.#create();
    if (this.#last !== undefined && what < 22) return this.#cancelMesh(this.#last.id);
    if (this.#last !== undefined && what < 34) return this.#cancelTask(this.#random.pick(this.#last.taskIds));
    if (this.#notes.meshes.size > 0 && what < 42) return this.#repeat();
    return this.#submit();
  }

  #submit(): Request {
    const mesh = drawMesh(`${this.#name}-${++this.#sent}`, this.#random, this.#effects);
    this.#notes.drawn.set(mesh.name, mesh);
    return {
      query: SUBMIT,
      variables: { input: mesh.input },
      answered: ({ id, tasks }: { id: string; tasks: { nodes: { id: string }[] } }) => {
        this.#notes.meshes.set(mesh.name, id);
        this.#last = { id, taskIds: tasks.nodes.map((task) => task.id) };
      },
    };
  }

  /** The same submission again must be answered with the mesh of the first time, however many kills lie between. */
  #repeat(): Request {
    const [name, first] = this.#random.pick([...this.#notes.meshes]);
    return {
      query: SUBMIT,
      variables: { input: this.#notes.drawn.get(name)?.input },
      answered: ({ id }: { id: string }) => {
        if (id !== first) this.#notes.surprises.push(`${name} was mesh ${first}, sent again it is ${id}`);
      },
    };
  }

  #create(): Request {
    const kind = drawKind(this.#random);
    const name = `${this.#name}-${++this.#sent}`;
    const input = { name, idempotencyKey: name, ...drawTask(kind, this.#random, this.#effects) };
    this.#notes.drawnTasks.set(name, kind);
    return {
      query: CREATE,
      variables: { input },
      answered: ({ id }: { id: string }) => void this.#notes.tasks.set(id, kind),
    };
  }

  #cancelMesh(id: string): Request {
    this.#notes.cancelsSent.add(id);
    this.#last = undefined;
    return {
      query: CANCEL_MESH,
      variables: { id },
      mayMeet: 'CONFLICT',
      answered: () => void this.#notes.cancelledMeshes.add(id),
    };
  }

  #cancelTask(id: string): Request {
    this.#notes.cancelsSent.add(id);
    return {
      query: CANCEL_TASK,
      variables: { id },
      mayMeet: 'CONFLICT',
      answered: () => void this.#notes.cancelledTasks.add(id),
    };
  }
}

function backOff(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, AGAIN_MS);
    stop.addEventListener('abort', wake);
  });
}
