/**
 * What counts as "the same kind of task" when durations are learned: the kind of work, and the name without what
 * only tells siblings apart. Called when a task is checked and again when its name or work changes.
 */
import { workKind } from '../../lifecycle/work.js';
import type { Work } from '../../lifecycle/work.js';

const uuidSuffix = /[\s._:#/([-]?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}[)\]]?$/;
const hashSuffix = /[._:#/-](?=[0-9a-f]*\d)[0-9a-f]{8,64}$/;
const separators = ' \t._:#/([-';

/** Index behind the last character that is not one of `characters`. */
function trimmedLength(text: string, characters: string): number {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] as string)) end--;
  return end;
}

/** One trailing number with what leads to it: `_ID000003`, `-7`, ` (12)`, `[3]`. Unchanged where there is none. */
function withoutNumber(name: string): string {
  const open = name.slice(0, trimmedLength(name, ')]'));
  const digits = trimmedLength(open, '0123456789');
  if (digits === open.length) return name;
  const stem = open.slice(0, digits);
  const lead =
    stem.endsWith('id') && separators.includes(stem[stem.length - 3] ?? '_') ? stem.slice(0, -2) : stem;
  return lead.slice(0, trimmedLength(lead, separators));
}

/**
 * `bwa_ID000003` → `bwa`, `fetch page 7/12` → `fetch page`, `build-3f9c21aa` → `build`; a name that is only a number
 * → `#`. Numbers inside a name stay: `chr21_align` is another kind than `chr1_align`.
 */
export function nameStem(name: string): string {
  let stem = name.toLowerCase().trim().replace(uuidSuffix, '').replace(hashSuffix, '');
  for (let shorter = withoutNumber(stem); shorter !== stem; shorter = withoutNumber(stem)) stem = shorter;
  return stem === '' ? '#' : stem;
}

export function typeKeyOf(name: string, work: Work | null): string {
  return `${work === null ? 'milestone' : workKind(work)}:${nameStem(name)}`;
}

type Typed = { readonly name: string; readonly work: Work | null };

/** When name or work have changed. */
export function typeKeyAfter(spec: Typed | null | undefined, patch: Partial<Typed>): string {
  const work = patch.work === undefined ? (spec?.work ?? null) : patch.work;
  return typeKeyOf(patch.name ?? spec?.name ?? '', work);
}
