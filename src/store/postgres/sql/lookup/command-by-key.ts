/** What an idempotency key has made. */
export const COMMAND_BY_KEY = {
  name: 'taskmesh_command_by_key',
  text: 'SELECT key, kind, request_hash, mesh_id, task_id FROM command WHERE key = $1',
} as const;
