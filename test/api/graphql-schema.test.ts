/** The committed schema is the one the code makes, and it is made as the design says. */
import { readFileSync } from 'node:fs';
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { printApiSchema } from '../../src/api/graphql/print-schema.js';

let printed = '';
beforeAll(async () => {
  printed = await printApiSchema();
});

describe('schema/schema.graphql', () => {
  it('is fresh (npm run emit writes it)', () => {
    expect(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8')).toBe(printed);
  });

  it('spells every enum value in upper case', () => {
    const enums = Object.values(buildSchema(printed).getTypeMap()).filter(isEnumType);
    const values = enums.filter(({ name }) => !name.startsWith('__')).flatMap((type) => type.getValues());
    expect(values.filter(({ name }) => !/^[A-Z][A-Z0-9_]*$/.test(name))).toEqual([]);
  });

  it('takes exactly one kind of work', () => {
    const type = buildSchema(printed).getType('WorkInput');
    expect(isInputObjectType(type) && type.isOneOf).toBe(true);
  });

  it('says of every list of nouns how long it may be', () => {
    const types = Object.values(buildSchema(printed).getTypeMap()).filter(
      (type) => isObjectType(type) || isInterfaceType(type),
    );
    const fields = types.flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({ type: type.name, field })),
    );
    const open = fields.filter(
      ({ field }) =>
        /^\[(Task|Mesh|Edge|Event)!\]!$/.test(String(field.type)) &&
        !field.args.some(({ name }) => name === 'first'),
    );
    const bounded = [
      'EventBatch.events',
      'EdgeConnection.nodes',
      'EventConnection.nodes',
      'MeshConnection.nodes',
      'TaskConnection.nodes',
    ];
    expect(open.map(({ type, field }) => `${type}.${field.name}`).sort()).toEqual(bounded.sort());
  });
});
