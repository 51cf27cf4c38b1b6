/**
 * Documents and bodies that nobody would write: fields of the schema at random, with arguments of the right type and of any other,
 * and JSON of every shape. The same seed gives the same.
 */
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { SeededRandom } from '../../src/kit/random.js';
import type { Json } from '../../src/kit/json.js';

const DEPTH_MAX = 6;
const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';
const TEXTS = [
  ...[
    '',
    ' ',
    'a',
    UUID,
    '0',
    '-1',
    '1e999',
    'null',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '\u0000',
    '\ud800',
  ],
  ...[
    "' OR 1=1 --",
    '${secret:CANARY}',
    '${jndi:ldap://x}',
    '%s%n',
    '<script>',
    '*',
    '%',
    '\\',
    'é'.repeat(300),
    'x'.repeat(5000),
  ],
];
const NUMBERS = [
  '0',
  '-1',
  '1',
  '2147483647',
  '2147483648',
  '9007199254740993',
  '1e308',
  '0.1',
  '-0',
  '1e-320',
];

export class Generator {
  readonly #random: SeededRandom;

  constructor(seed: string | number) {
    this.#random = new SeededRandom(seed as never);
  }

  #unit(): number {
    return this.#random.next();
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#unit() * values.length)] as T;
  }

  document(schema: GraphQLSchema): string {
    const roots = [
      schema.getQueryType(),
      schema.getQueryType(),
      schema.getMutationType(),
      schema.getSubscriptionType(),
    ];
    const root = this.pick(roots);
    if (root == null) return '{ health { ready } }';
    const kind =
      root === schema.getQueryType()
        ? 'query'
        : root === schema.getMutationType()
          ? 'mutation'
          : 'subscription';
    const count = 1 + Math.floor(this.#unit() * 3);
    const fields = Object.values(root.getFields());
    const chosen = Array.from(
      { length: count },
      (_, index) => `a${index}: ${this.#field(this.pick(fields), DEPTH_MAX)}`,
    );
    const text = `${kind} { ${chosen.join(' ')} }`;
    return this.#unit() < 0.05 ? this.#broken(text) : text;
  }

  #broken(text: string): string {
    const at = Math.floor(this.#unit() * text.length);
    return (
      text.slice(0, at) +
      this.pick(['{', '}', '"', '...', '@', '$', '\u0000', '#', '"""']) +
      text.slice(at + 1)
    );
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.filter((arg) => isNonNullType(arg.type) || this.#unit() < 0.3);
    const args = given.map((arg) => `${arg.name}: ${this.#literal(arg.type, 4)}`);
    return `${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`}${this.#selection(field.type, depth)}`;
  }

  #selection(type: GraphQLOutputType, depth: number): string {
    const named = getNamedType(type);
    if (!isCompositeType(named)) return '';
    if (!isObjectType(named) || depth === 0) return ' { __typename }';
    const fields = Object.values(named.getFields());
    const count = 1 + Math.floor(this.#unit() * 3);
    return ` { ${Array.from({ length: count }, () => this.#field(this.pick(fields), depth - 1)).join(' ')} }`;
  }

  #literal(type: GraphQLInputType, depth: number): string {
    if (this.#unit() < 0.08)
      return this.pick(['null', '"x"', '1', '[]', '{}', 'true', 'NOBODY', '[[[1]]]', '{ a: 1 }']);
    if (isNonNullType(type)) return this.#literal(type.ofType, depth);
    if (isListType(type))
      return `[${Array.from({ length: Math.floor(this.#unit() * 4) }, () => this.#literal(type.ofType, depth)).join(', ')}]`;
    if (isEnumType(type)) return this.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      if (depth === 0) return '{}';
      const fields = Object.values(type.getFields());
      const given = type.isOneOf
        ? [this.pick(fields)]
        : fields.filter((one) => isNonNullType(one.type) || this.#unit() < 0.3);
      return `{ ${given.map((one) => `${one.name}: ${this.#literal(one.type, depth - 1)}`).join(', ')} }`;
    }
    const scalars: Readonly<Record<string, () => string>> = {
      Int: () => this.pick(['0', '1', '5', '100', '-1', '2147483647']),
      SafeInt: () => this.pick(NUMBERS),
      Float: () => this.pick(NUMBERS),
      Boolean: () => this.pick(['true', 'false']),
      DateTime: () =>
        this.pick(['"2030-01-31T08:00:00Z"', '"x"', '"0000-00-00T00:00:00Z"', '"9999-12-31T23:59:59Z"']),
      JSON: () => this.pick(['{ a: 1 }', '1', '"x"', 'null']),
      JSONObject: () => '{ a: { b: [1, null] } }',
    };
    return (scalars[getNamedType(type).name] ?? (() => JSON.stringify(this.pick(TEXTS))))();
  }

  /** Any JSON; objects have the names of members that are known, often. */
  json(names: readonly string[], depth = 4): Json {
    const unit = this.#unit();
    if (depth === 0 || unit < 0.35)
      return this.pick<Json>([
        ...TEXTS,
        ...NUMBERS.map(Number),
        true,
        false,
        null,
        'critical',
        'HIGH',
        'local',
      ]);
    if (unit < 0.5)
      return Array.from({ length: Math.floor(this.#unit() * 4) }, () => this.json(names, depth - 1));
    const count = Math.floor(this.#unit() * 6);
    const name = (): string => (this.#unit() < 0.9 ? this.pick(names) : this.pick(TEXTS));
    return Object.fromEntries(Array.from({ length: count }, () => [name(), this.json(names, depth - 1)]));
  }
}
