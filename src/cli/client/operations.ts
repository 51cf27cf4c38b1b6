/** The GraphQL operations of the command line, as they are sent. Called by the verbs through `Client`. */
const PAGE = 'pageInfo { endCursor hasNextPage }';
const MESH = `id name status parentMeshId createdAt finishedAt
  counts { total pending held queued running retrying completed failed cancelled skipped upstreamFailed }`;
const TASK = `id meshId key name status reason attempt startedAt finishedAt failure { kind code message }`;

export const PROBE = 'query CliProbe { health { ready } }';
export const LAST_SEQ = 'query CliLastSeq { status { lastEventSeq } }';
export const STATUS = `query CliStatus {
  status { version instanceName startedAt uptimeSeconds leader database lastEventSeq
    counts { total pending held queued running retrying completed failed cancelled skipped upstreamFailed } }
  meshes(first: 20) { nodes { ${MESH} } }
}`;
export const MESH_BY_ID = `query CliMesh($id: ID!) { mesh(id: $id) { ${MESH} } }`;
export const MESH_ETA =
  'query CliEta($id: ID!) { mesh(id: $id) { progress { total finished percent eta { p10 p50 p90 } } } }';
export const TASK_BY_ID = `query CliTask($id: ID!) { task(id: $id) { ${TASK} } }`;
export const MESHES_BY_NAME = `query CliMeshes($search: String!, $after: String) {
  meshes(first: 100, after: $after, filter: { search: $search }) { nodes { ${MESH} } ${PAGE} }
}`;
export const TASKS_BY_KEY = `query CliTasksByKey($search: String!) {
  tasks(first: 100, filter: { search: $search }) { nodes { ${TASK} } ${PAGE} }
}`;
export const TASKS_OF_MESH = `query CliTasks($meshId: ID!, $after: String, $statuses: [TaskStatus!]) {
  tasks(first: 100, after: $after, filter: { meshId: $meshId, statuses: $statuses }, orderBy: { field: CREATED_AT, direction: ASC }) {
    nodes { ${TASK} } ${PAGE} }
}`;
export const EDGES_OF_MESH = `query CliEdges($meshId: ID!, $after: String) {
  edges(first: 100, after: $after, meshId: $meshId) { nodes { sourceId targetId type weight } ${PAGE} }
}`;
export const CRITICAL_PATH =
  'query CliPath($meshId: ID!) { criticalPath(meshId: $meshId) { taskIds seconds unknown } }';
export const TASK_LOGS = `query CliLogs($taskId: ID!, $attempt: Int, $after: String) {
  taskLogs(first: 100, taskId: $taskId, attempt: $attempt, after: $after) { nodes { id attempt at stream level text } ${PAGE} }
}`;
export const TASK_DETAIL = `query CliTaskDetail($id: ID!) { task(id: $id) { ${TASK}
  output work { kind } dependencies { key status }
  attempts { attempt layer startedAt finishedAt outcome runMs waitMs exitCode failure { kind code message } } } }`;

export const SUBMIT_MESH = `mutation CliSubmit($input: SubmitMeshInput!) { submitMesh(input: $input) { ${MESH} } }`;
export const CANCEL_MESH = `mutation CliCancelMesh($id: ID!) { cancelMesh(id: $id) { ${MESH} } }`;
export const CANCEL_TASK = `mutation CliCancelTask($id: ID!) { cancelTask(id: $id) { ${TASK} } }`;
export const RETRY_TASK = `mutation CliRetry($id: ID!) { retryTask(id: $id) { ${TASK} } }`;
export const RERUN_MESH = `mutation CliRerun($id: ID!, $strategy: RerunStrategy!, $fromTaskId: ID) {
  rerunMesh(id: $id, strategy: $strategy, fromTaskId: $fromTaskId) { ${MESH} }
}`;

export const MESH_EVENTS = `subscription CliEvents($meshId: ID!, $after: SafeInt) {
  meshEventBatches(meshId: $meshId, batchMs: 50, after: $after) { lastSeq events { seq at type taskId from to } }
}`;
export const TASK_LOG = `subscription CliTaskLog($taskId: ID!, $after: SafeInt) {
  taskLog(taskId: $taskId, after: $after) { id attempt at stream level text }
}`;
