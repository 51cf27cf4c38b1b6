/** The columns of a node, as every statement about nodes answers them. */
export const NODE_COLUMNS = `
    name, incarnation, instance, state, cordoned, address, version, labels, slots, cores, memory_bytes,
    load_cpu, load_memory_bytes, load_running, lease_ms, joined_at, seen_at, changed_at`;
