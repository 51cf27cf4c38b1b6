/** A system without stored templates, for tests that make meshes in other ways. */
import { TemplateSource } from '../../src/orchestrator/template/bind-template.js';

export const noTemplates = new TemplateSource(
  { find: () => Promise.resolve(undefined), definitions: () => Promise.resolve([]) },
  { maxAttempts: 1, executionTimeoutMs: 60_000 },
);
