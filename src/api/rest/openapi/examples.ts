/** Request bodies shown in the documentation; a test checks them against their schemas. */

export const TASK_BODY = {
  name: 'Processamento de Dados',
  description: 'Análise de dataset',
  priority: 'high',
  task_type: 'large',
  tags: ['data-processing', 'analytics'],
} as const;

export const TASK_CHANGE = { priority: 'critical', retry_policy: { max_attempts: 5 } } as const;
