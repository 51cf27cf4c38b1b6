/** Why an attempt is told to stop: a person or the mesh cancelled it, its time is up, or the program shuts down. */
export type AbortReason = 'CANCELLED' | 'TIMED_OUT' | 'SHUTDOWN';
