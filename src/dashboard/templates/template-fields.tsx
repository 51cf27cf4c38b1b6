/** The parameters of a template as a form: a field for each, by its type, with its fault beside it. */
import type { JSX } from 'preact';
import type { TemplateFormQuery } from '../../generated/dashboard/graphql.js';
import type { Fault } from '../api/client.js';
import { Field, TextField } from '../parts/field.jsx';

export type Parameter = TemplateFormQuery['template']['parameters'][number];

/** As they are typed; a field that is empty says nothing. */
export type Typed = Readonly<Record<string, string>>;

/** What is typed as a value, or the text where it is none: the server says what is wrong with it. */
export function valuesOf(parameters: readonly Parameter[], typed: Typed): Record<string, unknown> {
  const given = parameters.filter(({ name }) => (typed[name] ?? '') !== '');
  return Object.fromEntries(given.map(({ name, type }) => [name, valueOf(type, typed[name] ?? '')]));
}

function valueOf(type: Parameter['type'], text: string): unknown {
  if (type === 'STRING' || type === 'ENUM') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface AskedProps {
  readonly parameter: Parameter;
  readonly text: string;
  readonly faults: readonly Fault[];
  readonly onText: (text: string) => void;
}

function Asked({ parameter, text, faults, onText }: AskedProps): JSX.Element {
  const { name, type, description, required, default: standard, values, min, max, pattern } = parameter;
  const isNumber = type === 'NUMBER' || type === 'INTEGER';
  const bounds = isNumber && (min != null || max != null) ? `${min ?? '…'} to ${max ?? '…'}` : '';
  const says = [required ? 'required' : '', description, bounds, pattern == null ? '' : `like ${pattern}`];
  // what has to be given is asked for, not complained of, until something is typed
  const about = {
    ...{ name, path: `params.${name}`, faults: text === '' ? [] : faults },
    says: says.filter(Boolean).join(' · '),
  };
  if (type !== 'BOOLEAN' && type !== 'ENUM')
    return (
      <TextField
        {...about}
        value={text}
        isNumber={isNumber}
        placeholder={required ? type.toLowerCase() : shown(standard)}
        onValue={onText}
      />
    );
  return (
    <Field {...about}>
      {(tied) => (
        <select {...tied} value={text} onChange={(event) => onText(event.currentTarget.value)}>
          <option value="">{required ? 'choose' : `${shown(standard)} (default)`}</option>
          {(type === 'BOOLEAN' ? ['true', 'false'] : (values ?? [])).map((word) => (
            <option key={word} value={word}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Fields({
  parameters,
  typed,
  faults,
  onTyped,
}: {
  parameters: readonly Parameter[];
  typed: Typed;
  faults: readonly Fault[];
  onTyped: (typed: Typed) => void;
}): JSX.Element {
  return (
    <>
      {parameters.map((parameter) => (
        <Asked
          key={parameter.name}
          parameter={parameter}
          text={typed[parameter.name] ?? ''}
          faults={faults}
          onText={(text) => onTyped({ ...typed, [parameter.name]: text })}
        />
      ))}
    </>
  );
}
