/** The recurring frames of pages: heading, section, empty state, fault, tabs, figure. */
import type { ComponentChildren, JSX } from 'preact';
import { linkTo, param } from '../address/address.js';

interface HeadingProps {
  readonly title: string;
  readonly says?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function Heading({ title, says, children }: HeadingProps): JSX.Element {
  return (
    <header class="heading">
      <div class="heading-words">
        <h1>{title}</h1>
        {says !== undefined && <p>{says}</p>}
      </div>
      <div class="heading-actions">{children}</div>
    </header>
  );
}

interface SectionProps extends HeadingProps {
  readonly class?: string;
}

export function Section({ title, says, children, class: name = '' }: SectionProps): JSX.Element {
  return (
    <section class={`section ${name}`}>
      <h2>{title}</h2>
      {says !== undefined && <p class="section-says">{says}</p>}
      {children}
    </section>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

export function FaultBox({ text }: { text: string }): JSX.Element | null {
  if (text === '') return null;
  return (
    <div class="fault" role="alert">
      {text}
    </div>
  );
}

export interface Tab {
  readonly id: string;
  readonly name: string;
}

/** The first tab is the one without a parameter. */
export function Tabs({
  label,
  param: name,
  tabs,
}: {
  label: string;
  param: string;
  tabs: readonly Tab[];
}): JSX.Element {
  const open = param(name) || tabs[0]?.id;
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ id, name: word }, index) => (
        <a
          key={id}
          href={linkTo({ [name]: index === 0 ? null : id })}
          aria-current={open === id ? 'page' : undefined}
        >
          {word}
        </a>
      ))}
    </nav>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly says?: ComponentChildren;
}

export function FigureTile({ name, value, says }: FigureProps): JSX.Element {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd class="figure-value">{value}</dd>
      {says !== undefined && <dd class="figure-says">{says}</dd>}
    </div>
  );
}

export function Meter({
  share,
  label,
  tone = '--accent',
}: {
  share: number;
  label: string;
  tone?: string;
}): JSX.Element {
  const width = Math.max(0, Math.min(1, share));
  return (
    <span class="meter" role="img" aria-label={label}>
      <span style={{ width: `${width * 100}%`, background: `var(${tone})` }} />
    </span>
  );
}
