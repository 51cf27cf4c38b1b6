/** Request bodies shown in the documentation; a test checks them against their schemas. */

export const TASK_BODY = {
  name: 'Processamento de Dados',
  description: 'Análise de dataset',
  priority: 'high',
  task_type: 'large',
  tags: ['data-processing', 'analytics'],
} as const;

export const CIRCUIT_BODY = {
  source: 'OPENQASM 3; include "stdgates.inc"; qubit[2] q; h q[0]; cx q[0], q[1];',
  want: { top: 4, expectations: ['ZZ', 'XX'] },
} as const;

export const TASK_CHANGE = { priority: 'critical', retry_policy: { max_attempts: 5 } } as const;
