/** Asks a person why, before something is done that is recorded with its reason. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { Dialog } from '../shell/dialog.jsx';

interface Question {
  readonly title: string;
  readonly says: string;
  readonly verb: string;
  readonly answered: (why: string) => void;
}

const open = signal<Question | undefined>(undefined);

export function askWhy(question: Question): void {
  open.value = question;
}

export function WhyDialog(): JSX.Element | null {
  const question = open.value;
  if (question === undefined) return null;
  const close = (): void => {
    open.value = undefined;
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('why') as HTMLInputElement;
    close();
    question.answered(field.value.trim());
  };
  return (
    <Dialog title={question.title} onClose={close}>
      <form class="form" onSubmit={submit}>
        <p>{question.says}</p>
        <label>
          Why
          <input name="why" type="text" required maxLength={500} autocomplete="off" />
        </label>
        <button type="submit" class="primary">
          {question.verb}
        </button>
      </form>
    </Dialog>
  );
}
