/**
 * Why an attempt is told to stop: a person or the mesh cancelled it, its time is up, or the program shuts down. LOST: its
 * node is counted as dead and others may run it already, so it is ended at once and by force.
 */
export type AbortReason = 'CANCELLED' | 'TIMED_OUT' | 'SHUTDOWN' | 'LOST';
