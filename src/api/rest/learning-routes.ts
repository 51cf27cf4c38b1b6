/** The routes of learning. Read by `routes.ts`. */
import type { DocumentNode } from 'graphql';
import type { Route } from './route.js';

export interface LearningDocuments {
  readonly models: DocumentNode;
  readonly model: DocumentNode;
  readonly report: DocumentNode;
  readonly predict: DocumentNode;
  readonly train: DocumentNode;
  readonly tunings: DocumentNode;
}

const PREDICT_BODY = { task: { name: 'align', work: { command: { argv: ['bwa', 'mem', 'a.fq'] } } } };

export function learningRoutes(documents: LearningDocuments): readonly Route[] {
  return [...whatIsKnown(documents), ...whatIsAsked(documents)];
}

function whatIsKnown({ models, model, report, tunings }: LearningDocuments): readonly Route[] {
  return [
    {
      kind: 'operation',
      method: 'GET',
      path: '/learning/models',
      document: models,
      status: 200,
      tag: 'learning',
      summary: 'Models, how good they are, and for which kinds of task they are chosen',
    },
    {
      kind: 'operation',
      method: 'GET',
      path: '/learning/models/{name}',
      document: model,
      params: { name: 'name' },
      status: 200,
      tag: 'learning',
      summary: 'One model for each of its targets, with coefficients or importances and its error curve',
      refusals: [404],
    },
    {
      kind: 'operation',
      method: 'GET',
      path: '/learning/metrics',
      document: report,
      status: 200,
      tag: 'learning',
      summary: 'What has been learned, and how well it predicts',
    },
    {
      kind: 'operation',
      method: 'GET',
      path: '/learning/tunings',
      document: tunings,
      status: 200,
      tag: 'learning',
      summary: 'Parameters that learning changed, and what came of it',
    },
  ];
}

function whatIsAsked({ predict, train }: LearningDocuments): readonly Route[] {
  return [
    {
      kind: 'operation',
      method: 'POST',
      path: '/learning/predict',
      document: predict,
      body: 'input',
      status: 200,
      tag: 'learning',
      summary: 'Predict a task',
      description: 'One that exists (`task_id`), or one as it would be created (`task`). Touches nothing.',
      refusals: [404],
      example: { body: PREDICT_BODY },
    },
    {
      kind: 'operation',
      method: 'POST',
      path: '/learning/train',
      document: train,
      body: 'input',
      status: 200,
      tag: 'learning',
      summary: 'Train a model',
      description:
        'In a thread of its own, on the server that leads; watch `trainingProgress` there. Needs the owner.',
      refusals: [403, 404, 409],
      example: { body: { model: 'network', options: { max_iterations: 500 } } },
    },
  ];
}
