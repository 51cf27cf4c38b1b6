/**
 * The OpenAPI 3.1 document of the REST bridge, derived from its table and the GraphQL schema. Served at
 * `/openapi.json`, and emitted to `schema/openapi.json` by scripts/emit-openapi.ts; a test keeps the two the same.
 */
import type { GraphQLSchema } from 'graphql';
import type { Json, JsonObject } from '../../../kit/json.js';
import { snakeWords } from '../names.js';
import type { OperationRoute, Route, StreamRoute } from '../route.js';
import { ROUTES } from '../routes.js';
import { type BodyParameter, type Parameter, RequestReader } from '../variables.js';
import { planOutput } from '../write-output.js';
import { COMPONENT_RESPONSES, ERROR_SCHEMA, FACE_ANSWERS, refusalsOf, streamAnswer } from './answers.js';
import { SchemaBook } from './schemas.js';

const ABOUT = [
  'Task Mesh runs graphs of tasks durably. This is the REST bridge; everything else is in GraphQL at `/graphql`.',
  '',
  'Names are in snake_case, enumerated words in lower case. Free-form JSON (metadata, inputs, outputs, bodies, headers)',
  'is passed on untouched. Without the token, requests from this machine may observe and run work that executes no',
  'code; the token is in the file `token` of the state directory.',
].join('\n');

export function openApi(schema: GraphQLSchema, version: string): JsonObject {
  const book = new SchemaBook();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of ROUTES) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operation(book, schema, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Task Mesh',
      version,
      description: ABOUT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'tasks', description: 'Tasks: create, read, change, run, cancel, watch.' },
      { name: 'circuits', description: 'Quantum circuits, simulated at once.' },
      { name: 'learning', description: 'Models, predictions and how good they were.' },
      {
        name: 'consciousness',
        description: 'The level of autonomy with its evidence, and what is told from outside.',
      },
      { name: 'security', description: 'Who you are, API tokens, and the audit.' },
      { name: 'system', description: 'How the server is.' },
    ],
    security: [{}, { token: [] }],
    paths,
    components: {
      schemas: { ...book.components, Error: ERROR_SCHEMA },
      responses: COMPONENT_RESPONSES,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(book: SchemaBook, schema: GraphQLSchema, route: Route): JsonObject {
  const reader = route.kind === 'face' ? undefined : new RequestReader(schema, route);
  const parameters = reader?.parameters.map((parameter) => parameterSchema(book, parameter)) ?? [];
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(reader?.body === undefined
      ? {}
      : { requestBody: requestBody(book, reader.body, route as OperationRoute) }),
    responses: { ...answers(book, schema, route), ...refusalsOf(route) },
  };
}

/** `POST /tasks/{id}/execute` → `postTasksIdExecute`; operations have a name already. */
function operationId(route: Route): string {
  const definition =
    route.kind === 'face'
      ? undefined
      : route.document.definitions.find((one) => one.kind === 'OperationDefinition');
  const name =
    definition?.name?.value ?? route.path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase());
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function parameterSchema(book: SchemaBook, { name, place, type, description }: Parameter): JsonObject {
  const schema = book.parameter(type);
  return {
    name: place === 'header' ? titleCase(name) : name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    schema,
    ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
    ...(description ? { description: snakeWords(description) } : {}),
  };
}

function requestBody(book: SchemaBook, { type, said }: BodyParameter, route: OperationRoute): JsonObject {
  const example = route.example?.body;
  const content = {
    schema: book.input(type, said),
    ...(example === undefined ? {} : { example: example as Json }),
  };
  return { required: true, content: { 'application/json': content } };
}

function answers(book: SchemaBook, schema: GraphQLSchema, route: Route): JsonObject {
  if (route.kind === 'face') return FACE_ANSWERS[route.face];
  if (route.kind === 'stream') return streamAnswers(book, schema, route);
  if (route.status === 204) return { 204: { description: 'Done; there is nothing to read.' } };
  const [field] = planOutput(schema, route.document);
  if (field === undefined) return {};
  const body = book.output(field.type, field.value);
  const example = route.example?.answer;
  const content = {
    'application/json': {
      schema: notNull(body),
      ...(example === undefined ? {} : { example: example as Json }),
    },
  };
  const location = {
    headers: { Location: { description: 'Where it can be read.', schema: { type: 'string' } } },
  };
  return {
    [route.status]: {
      description: route.summary,
      ...(route.location === undefined ? {} : location),
      content,
    },
    ...(route.healthy === undefined ? {} : { 503: { description: 'Not ready.', content } }),
  };
}

function streamAnswers(book: SchemaBook, schema: GraphQLSchema, route: StreamRoute): JsonObject {
  const [field] = planOutput(schema, route.document);
  return field === undefined ? {} : streamAnswer(book.output(field.type, field.value));
}

/** A null answer is a 404 in REST. */
function notNull(schema: JsonObject): JsonObject {
  const options = schema.anyOf as readonly JsonObject[] | undefined;
  return options?.find((option) => option.type !== 'null') ?? schema;
}

function titleCase(header: string): string {
  return header
    .replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
    .replace(/\bId\b/, 'ID');
}
