/** Asks the server who this is whenever the token is another one; until it answers, nothing that changes anything is offered. */
import { effect } from '@preact/signals';
import { WhoDocument } from '../../generated/dashboard/graphql.js';
import { ask } from './client.js';
import { token, viewer } from './session.js';

const AGAIN_MS = 2000;

/** Called once. */
export function knowViewer(): void {
  effect(() => {
    const given = token.value;
    const look = (): void => {
      ask(WhoDocument, {}).then(
        (answer) => {
          if (token.peek() === given) viewer.value = answer.viewer;
        },
        () => {
          if (token.peek() === given) setTimeout(look, AGAIN_MS);
        },
      );
    };
    look();
  });
}
