/** Templates in memory, without paging, for tests of what stands above the store. */
import type { Page } from '../../../src/store/reads.js';
import type {
  TemplateFilter,
  TemplateKey,
  TemplateRow,
  TemplateStore,
  TemplateText,
} from '../../../src/store/templates.js';

type Stored = TemplateRow & Pick<TemplateText, 'definition'> & { readonly tenant: string };

export class MemoryTemplates implements TemplateStore {
  #rows: Stored[] = [];

  async list({ tenant, search = '' }: TemplateFilter): Promise<Page<TemplateRow>> {
    const nodes = this.#rows.filter(
      (row) =>
        row.tenant === tenant && row.version === row.latest && !row.isDeleted && row.name.includes(search),
    );
    return { nodes, cursors: nodes.map(({ name }) => name), hasNextPage: false };
  }

  async find({ tenant, name }: TemplateKey, version: number | null): Promise<TemplateRow | undefined> {
    return this.#rows.find(
      (row) =>
        row.tenant === tenant &&
        row.name === name &&
        (version === null ? row.version === row.latest && !row.isDeleted : row.version === version),
    );
  }

  async versions(ids: readonly string[]): Promise<TemplateRow[]> {
    return this.#rows.filter(({ id }) => ids.includes(id)).toReversed();
  }

  async definitions(keys: readonly { readonly id: string; readonly version: number }[]) {
    return this.#rows.filter((row) =>
      keys.some(({ id, version }) => row.id === id && row.version === version),
    );
  }

  async add(
    { tenant, name }: TemplateKey,
    { id, by, ...text }: TemplateText & { readonly id: string; readonly by: string },
  ): Promise<TemplateRow | undefined> {
    const known = this.#rows.filter((row) => row.tenant === tenant && row.name === name);
    if (known.some(({ isDeleted }) => !isDeleted)) return undefined;
    return this.#keep({ ...text, tenant, name, id: known[0]?.id ?? id, by, version: known.length + 1 });
  }

  async change(
    { tenant, name }: TemplateKey,
    { expected, by, ...text }: TemplateText & { readonly expected: number; readonly by: string },
  ): Promise<TemplateRow | undefined> {
    const known = await this.find({ tenant, name }, null);
    if (known?.latest !== expected) return undefined;
    return this.#keep({ ...text, tenant, name, id: known.id, by, version: expected + 1 });
  }

  async remove(key: TemplateKey): Promise<boolean> {
    const known = await this.find(key, null);
    this.#rows = this.#rows.map((row) => (row.id === known?.id ? { ...row, isDeleted: true } : row));
    return known !== undefined;
  }

  #keep({
    by,
    ...text
  }: TemplateText & TemplateKey & { id: string; by: string; version: number }): TemplateRow {
    const at = new Date();
    this.#rows = this.#rows.map((row) =>
      row.id === text.id ? { ...row, latest: text.version, isDeleted: false } : row,
    );
    const about = { latest: text.version, isDeleted: false, createdBy: by, createdAt: at };
    const row = { ...text, ...about, changedBy: by, changedAt: at };
    this.#rows.push(row);
    return row;
  }
}
