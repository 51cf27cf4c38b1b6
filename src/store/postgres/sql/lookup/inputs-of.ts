/** Outputs of the completed sources of a task's DATA edges. */
export const INPUTS_OF = {
  name: 'taskmesh_inputs_of',
  text: `
    SELECT t.key, s.output
    FROM edge e JOIN task t ON t.id = e.source_id JOIN task_state s ON s.task_id = e.source_id
    WHERE e.target_id = $1 AND e.type = 'DATA' AND e.removed_seq = 0 AND s.output_bytes IS NOT NULL`,
} as const;
