/** Where the token is handed over. Without it one watches; with it one acts. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { refused, signIn, signOut, token, viewer } from '../api/session.js';
import { Dialog } from './dialog.jsx';

export const isSignInOpen = signal(false);

function submit(event: SubmitEvent): void {
  event.preventDefault();
  const field = (event.currentTarget as HTMLFormElement).elements.namedItem('token') as HTMLInputElement;
  const text = field.value.trim();
  if (text === '') return;
  signIn(text);
  isSignInOpen.value = false;
}

export function SignIn(): JSX.Element | null {
  if (!isSignInOpen.value && refused.value === '') return null;
  const close = (): void => {
    isSignInOpen.value = false;
    refused.value = '';
  };
  return (
    <Dialog title={token.value !== '' ? 'Signed in' : 'Sign in'} onClose={close}>
      {refused.value !== '' && (
        <p class="fault" role="alert">
          {refused.value}
        </p>
      )}
      {token.value !== '' ? (
        <div class="form">
          <p>
            You are <b>{viewer.value?.id ?? '…'}</b>, with the role {viewer.value?.role ?? '…'}.
          </p>
          <button type="button" onClick={() => signOut()}>
            Sign out
          </button>
        </div>
      ) : (
        <form class="form" onSubmit={submit}>
          <p>
            Whoever watches needs nothing on this machine. To retry, cancel, submit or decide, paste the
            token: it is in the file <code>token</code> of the state directory (<code>.taskmesh/token</code>).
          </p>
          <label>
            Token
            <input name="token" type="password" autocomplete="off" spellcheck={false} />
          </label>
          <button type="submit" class="primary">
            Sign in
          </button>
        </form>
      )}
    </Dialog>
  );
}
