/**
 * Prisma's schema engine as WebAssembly, offline, on a database of the test server: what `prisma migrate` would say of it.
 * Only tests use it; the program has its own migrator.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import { migrationsFolder, type Migration } from '../../../src/store/postgres/migrations.js';

const require = createRequire(import.meta.url);
const NOTHING_EXTERNAL = { externalTables: [], externalEnums: [] };
/** Columns of type "char" that the engine asks for and the adapter of this version cannot name. */
const CHAR_COLUMNS = ['constraint_type', 'confdeltype', 'confupdtype'];

type Wasm = typeof import('@prisma/schema-engine-wasm') & {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
};

let loaded: Promise<Wasm> | undefined;

/** Node cannot import a .wasm file as the package does, so its two halves are joined here, once: the glue holds one memory. */
async function joinWasm(): Promise<Wasm> {
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
  });
  const glue = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as Wasm;
  const file = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': glue as never,
  });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return glue;
}

export class PrismaMigrate {
  readonly #engine: SchemaEngine;
  readonly #adapters: readonly SqlDriverAdapter[];

  private constructor(engine: SchemaEngine, adapters: readonly SqlDriverAdapter[]) {
    this.#engine = engine;
    this.#adapters = adapters;
  }

  static async on(url: string): Promise<PrismaMigrate> {
    const wasm = await (loaded ??= joinWasm());
    const adapters: SqlDriverAdapter[] = [];
    const factory = bindMigrationAwareSqlAdapterFactory(
      namingChars(new PrismaPg({ connectionString: url }), adapters),
    );
    return new PrismaMigrate(
      await wasm.SchemaEngine.new({ datamodels: undefined }, () => undefined, factory),
      adapters,
    );
  }

  /** SQL that would lead from the database to the schema; undefined when they agree. */
  async diffTo(schema: string): Promise<string | undefined> {
    const files = [{ path: 'schema.prisma', content: schema }];
    const { exitCode, stdout } = await this.#engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '/' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: NOTHING_EXTERNAL,
      shadowDatabaseUrl: null,
    } as Parameters<SchemaEngine['diff']>[0]);
    return exitCode === 0 ? undefined : (stdout ?? '');
  }

  /** What `prisma migrate status` knows: edited, failed and missing migrations. */
  async status(migrations: readonly Migration[]): Promise<unknown> {
    const migrationsList = listOf(migrations);
    return this.#engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: NOTHING_EXTERNAL,
    });
  }

  /** `prisma migrate deploy`: the names of what it applied. */
  async deploy(migrations: readonly Migration[]): Promise<string[]> {
    const output = await this.#engine.applyMigrations({
      migrationsList: listOf(migrations),
      filters: NOTHING_EXTERNAL,
    });
    return output.appliedMigrationNames;
  }

  /** Ends its sessions, and with them the migration lock. */
  async close(): Promise<void> {
    await Promise.all(this.#adapters.map((adapter) => adapter.dispose()));
  }
}

function listOf(
  migrations: readonly Migration[],
): Parameters<SchemaEngine['applyMigrations']>[0]['migrationsList'] {
  return {
    baseDir: migrationsFolder(),
    lockfile: { path: './migration_lock.toml', content: 'provider = "postgresql"' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

function namingChars(factory: PrismaPg, made: SqlDriverAdapter[]): SqlMigrationAwareDriverAdapterFactory {
  const connect = async (): Promise<SqlDriverAdapter> => {
    const adapter = patched(await factory.connect());
    made.push(adapter);
    return adapter;
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect,
    connectToShadowDb: connect,
  };
}

function patched(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const sql = query.sql
      .replace('constr.contype AS', 'constr.contype::text AS')
      .replace(/con\.(confdeltype|confupdtype),\n/g, 'con.$1::text AS $1,\n');
    const result = await queryRaw({ ...query, sql });
    const columnTypes = result.columnTypes.map((type, index) =>
      CHAR_COLUMNS.includes(result.columnNames[index] as string) ? ColumnTypeEnum.Character : type,
    );
    return { ...result, columnTypes };
  };
  return adapter;
}
