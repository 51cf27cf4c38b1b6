/** One change asked of the server on behalf of a person: what it refuses is said, what it does is told. */
import type { TypedDocumentString } from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { say, type Toast } from '../shell/toasts.jsx';

/** Answers whether it was done. */
export async function act<R, V>(
  document: TypedDocumentString<R, V>,
  variables: V,
  done: Toast,
): Promise<boolean> {
  try {
    await ask(document, variables);
    say(done);
    return true;
  } catch (error) {
    say({ text: wordsOf(error), isFault: true });
    return false;
  }
}
