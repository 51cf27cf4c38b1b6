/** A process that runs the embedded PostgreSQL of a state directory until it is killed: for tests that kill it. */
import { EmbeddedPostgres } from '../../../dist/store/postgres/embedded.js';

const server = new EmbeddedPostgres({ stateDir: process.argv[2] });
await server.start();
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url })}\n`);
