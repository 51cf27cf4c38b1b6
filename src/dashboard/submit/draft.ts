/** The text in the field of a new mesh, kept while one looks elsewhere. */
const KEPT = 'taskmesh.draft';

export function keptDraft(): string {
  return sessionStorage.getItem(KEPT) ?? '';
}

export function keepDraft(text: string): void {
  sessionStorage.setItem(KEPT, text);
}
