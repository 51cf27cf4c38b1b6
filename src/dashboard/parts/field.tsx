/** One field of a form: its name, its control, and beside it what the server says against what was written there. */
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Fault } from '../api/client.js';

/** What ties a control to its label and to the fault below it. */
export interface Tied {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

interface FieldProps {
  readonly name: string;
  /** As the server names it, from the input on; what lies within it counts as well. */
  readonly path: string;
  readonly faults: readonly Fault[];
  readonly says?: ComponentChildren;
  readonly children: (tied: Tied) => JSX.Element;
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}

/** What no field of these paths shows. */
export function elsewhere(faults: readonly Fault[], paths: readonly string[]): readonly Fault[] {
  return faults.filter((fault) => !paths.some((path) => isWithin(fault.path, path)));
}

export function Field({ name, path, faults, says, children }: FieldProps): JSX.Element {
  const id = useId();
  const own = faults.filter((fault) => isWithin(fault.path, path));
  const tied = {
    id,
    'aria-invalid': own.length > 0,
    'aria-describedby': own.length > 0 ? `${id}-fault` : undefined,
  };
  return (
    <div class="field">
      <label for={id}>{name}</label>
      {children(tied)}
      {says !== undefined && <small class="muted">{says}</small>}
      {own.length > 0 && (
        <ul class="field-faults" id={`${id}-fault`}>
          {own.map((fault) => (
            <li key={`${fault.path} ${fault.message}`}>{fault.message}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface TextProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly isNumber?: boolean;
  readonly placeholder?: string;
}

/** Numbers stay texts as well: what is no number is for the server to refuse. */
export function TextField({ value, onValue, isNumber, placeholder, ...field }: TextProps): JSX.Element {
  return (
    <Field {...field}>
      {(tied) => (
        <input
          {...tied}
          type="text"
          autocomplete="off"
          inputMode={isNumber === true ? 'decimal' : 'text'}
          placeholder={placeholder}
          value={value}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<C extends string> extends Omit<FieldProps, 'children'> {
  readonly value: C;
  readonly choices: readonly (readonly [value: C, words: string])[];
  readonly onValue: (value: C) => void;
}

export function ChoiceField<C extends string>(props: ChoiceProps<C>): JSX.Element {
  const { value, choices, onValue, ...field } = props;
  return (
    <Field {...field}>
      {(tied) => (
        <select {...tied} value={value} onChange={({ currentTarget }) => onValue(currentTarget.value as C)}>
          {choices.map(([choice, words]) => (
            <option key={choice} value={choice}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** To the first field that was refused, so that keys and screen readers stand there. */
export function focusFirstFault(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
