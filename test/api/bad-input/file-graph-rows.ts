/** Bad mesh files whose fault lies between tasks, and bad WfFormat files. Part of `file-table.ts`. */
import { type BadFile, json, many, task } from './bad-file.js';

const edges: readonly BadFile[] = [
  {
    title: 'a dangling reference',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  extract: { wait: 1 }\n  clean: { wait: 1, dependsOn: [extrct] }\n',
    path: 'tasks.clean.dependsOn[0]',
    line: 4,
    says: /got "extrct"; did you mean extract\?/,
  },
  {
    title: 'a task that waits for itself',
    file: 'a.yaml',
    text: task('{ wait: 1, dependsOn: [first] }'),
    path: 'tasks.first.dependsOn[0]',
    line: 3,
    says: /to itself/,
  },
  {
    title: 'the same edge twice',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: { wait: 1 }\n  b: { wait: 1, dependsOn: [a] }\nedges: [{ source: a, target: b }]\n',
    path: 'edges[0]',
    line: 5,
    says: /repeat the edge from "a" to "b"/,
  },
  {
    title: 'a cycle',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: { dependsOn: [b] }\n  b: { dependsOn: [a] }\n',
    path: 'tasks.a.dependsOn[0]',
    line: 3,
    says: /cycle: a → b → a|cycle: b → a → b/,
  },
  {
    title: 'a negative weight',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: {}\n  b: { dependsOn: [{ task: a, weight: -1 }] }\n',
    path: 'tasks.b.dependsOn[0].weight',
    line: 4,
    says: /number of seconds/,
  },
  {
    title: 'an unknown edge type',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: {}\n  b: { dependsOn: [{ task: a, type: HARDD }] }\n',
    path: 'tasks.b.dependsOn[0].type',
    line: 4,
    says: /did you mean HARD\?/,
  },
  {
    title: '10,001 tasks',
    file: 'a.json',
    text: () => json({ name: 'bad', tasks: many(10_001, (key) => ({ key: String(key) })) }),
    path: 'tasks',
    line: 3,
    says: /at most 10000 tasks, got 10001/,
  },
  {
    title: '100,001 edges',
    file: 'a.json',
    text: () =>
      json({
        name: 'bad',
        tasks: [{ key: 'a' }, { key: 'b' }],
        edges: many(100_001, () => ({ source: 'a', target: 'b' })),
      }),
    path: 'edges',
    says: /at most 100000 edges/,
  },
  {
    title: 'a repeated key in a list',
    file: 'a.json',
    text: json({ name: 'bad', tasks: [{ key: 'a' }, { key: 'a' }] }),
    path: 'tasks[1].key',
    line: 8,
    says: /unique in the mesh/,
  },
];

const wfTask = { name: 'a', id: 'a', parents: [] as string[], children: [] as string[] };
const wf = (specification: object, execution: object = {}): string =>
  json({ name: 'w', schemaVersion: '1.5', workflow: { specification, execution } });

const workflows: readonly BadFile[] = [
  {
    title: 'WfFormat without tasks',
    file: 'a.json',
    text: json({ name: 'w', schemaVersion: '1.5', workflow: {} }),
    path: 'workflow',
    line: 4,
    says: /workflow\.specification\.tasks/,
  },
  {
    title: 'WfFormat with an unknown parent',
    file: 'a.json',
    text: wf({ tasks: [{ ...wfTask, parents: ['b'] }] }),
    path: 'workflow.specification.tasks[0].parents[0]',
    line: 11,
    says: /must name a task of this workflow, got "b"/,
  },
  {
    title: 'WfFormat with a negative run time',
    file: 'a.json',
    text: wf({ tasks: [wfTask] }, { tasks: [{ id: 'a', runtimeInSeconds: -1 }] }),
    path: 'workflow.specification.tasks[0]',
    line: 7,
    says: /runtimeInSeconds from 0/,
  },
  {
    title: 'WfFormat with a cycle',
    file: 'a.json',
    text: wf({
      tasks: [
        { ...wfTask, parents: ['b'] },
        { ...wfTask, id: 'b', parents: ['a'] },
      ],
    }),
    path: 'workflow.specification.tasks[0].parents',
    says: /cycle/,
  },
  {
    title: 'WfFormat with a task without id',
    file: 'a.json',
    text: wf({ tasks: [{ parents: [] }] }),
    path: 'workflow.specification.tasks[0]',
    line: 7,
    says: /task with an id/,
  },
];

export const graphRows: readonly BadFile[] = [...edges, ...workflows];
