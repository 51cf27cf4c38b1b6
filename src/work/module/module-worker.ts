/**
 * The program of a module's worker thread: waits for calls and answers each. Started by module-thread.ts, ended by
 * `terminate`. What the module leaves running here ends with the thread.
 */
import { readlinkSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { assert } from '../../kit/assert.js';
import { SystemClock } from '../../kit/clock.js';
import { runCall } from './module-call.js';
import { ModuleConsole } from './module-console.js';
import type { FromThread, ToThread } from './module-messages.js';

function threadLink(): string | null {
  try {
    return readlinkSync('/proc/thread-self');
  } catch {
    return null;
  }
}

const port = parentPort;
assert(port !== null, 'the module worker runs in a worker thread');
const post = (message: FromThread): void => port.postMessage(message);
const clock = new SystemClock();
const moduleConsole = new ModuleConsole(post);
let abort = new AbortController();

port.on('message', (message: ToThread) => {
  if (message.type === 'abort') return abort.abort(message.reason);
  abort = new AbortController();
  void runCall(message.call, abort.signal, moduleConsole, post, clock).then(post);
});
post({ type: 'ready', thread: threadLink() });
