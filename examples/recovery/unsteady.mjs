/** Hangs on its first attempt, fails on its second, succeeds on its third. */
import { setTimeout as delay } from 'node:timers/promises';

const attempt = Number(process.env.TASKMESH_ATTEMPT);
if (attempt === 1) {
  console.log('waiting for something that never comes');
  await delay(60_000);
}
if (attempt === 2) {
  console.error('the disk is full');
  process.exit(3);
}
console.log(JSON.stringify({ attempts: attempt }));
