/**
 * The mesh of tasks that name none. It exists from the first migration on, is always RUNNING or PAUSED and never ends;
 * whoever submits, reads or recovers tasks knows it by this id.
 */

/** A UUID v7 of the beginning of time: it sorts before every other mesh. */
export const DEFAULT_MESH_ID = '00000000-0000-7000-8000-000000000000';
