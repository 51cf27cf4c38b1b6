/**
 * BullMQ on Redis. Styles: `counters`, pending counters in Redis that one script brings down, then `addBulk` under job ids
 * that make adding twice harmless; `flow`, its FlowProducer, which knows trees only (chains and fan-ins).
 */
import { FlowProducer, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const QUEUE = 'tasks';
const CHUNK = 1000;
/** Answers the children whose last parent this was; again, when it is called again. */
const FINISH = `
if redis.call('SADD', KEYS[1], ARGV[1]) == 1 then
  for _, child in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do redis.call('HINCRBY', KEYS[2], child, -1) end
end
local ready = {}
for _, child in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  if redis.call('HGET', KEYS[2], child) == '0' then ready[#ready + 1] = child end
end
return ready`;

export async function open({ redisPort, style, concurrency, workers }) {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null };
  const redis = new Redis(connection);
  await redis.flushall();
  redis.defineCommand('finishCounted', { numberOfKeys: 3, lua: FINISH });
  const queue = new Queue(QUEUE, { connection });
  const flow = new FlowProducer({ connection });
  let running = [];
  let graphs = 0;
  let submitted = 0;
  const jobOf = (task) => ({ name: 'task', data: { task } });
  const onceJobOf = (task) => ({ ...jobOf(task), opts: { jobId: `g${graphs}-${task}` } });

  async function add(jobs) {
    for (let from = 0; from < jobs.length; from += CHUNK) await queue.addBulk(jobs.slice(from, from + CHUNK));
  }

  async function storeCounters({ parents, children }) {
    const pipeline = redis.pipeline();
    for (const [task, sources] of parents.entries()) {
      pipeline.hset(`g${graphs}:pending`, task, sources.length);
      if (children[task].length > 0) pipeline.rpush(`g${graphs}:children:${task}`, ...children[task]);
    }
    await pipeline.exec();
    return parents.flatMap((sources, task) => (sources.length === 0 ? [task] : []));
  }

  /** A flow is given from its last job, whose "children" are what it waits for. Parents stand before children. */
  async function addTree({ parents, children }) {
    const nodes = [];
    for (const [task, sources] of parents.entries())
      nodes.push({ ...jobOf(task), queueName: QUEUE, children: sources.map((source) => nodes[source]) });
    await flow.addBulk(nodes.filter((_, task) => children[task].length === 0));
  }

  async function finish(task) {
    const keys = [`g${graphs}:done`, `g${graphs}:pending`, `g${graphs}:children:${task}`];
    const ready = await redis.finishCounted(...keys, task);
    if (ready.length > 0) await queue.addBulk(ready.map((child) => onceJobOf(Number(child))));
  }

  return {
    async submit(graph) {
      graphs++;
      submitted += graph.tasks.length;
      if (graph.edges === 0) await add(graph.tasks.map(jobOf));
      else if (style === 'flow') await addTree(graph);
      else await add((await storeCounters(graph)).map(onceJobOf));
    },
    async addOne(task) {
      submitted++;
      await queue.add('task', { task });
    },
    async work(graph, handle) {
      const counted = graph.edges > 0 && style === 'counters';
      const handleJob = async ({ data }) => {
        handle(data.task);
        if (counted) await finish(data.task);
      };
      running = Array.from(
        { length: workers },
        () => new Worker(QUEUE, handleJob, { connection, concurrency }),
      );
      await Promise.all(running.map((worker) => worker.waitUntilReady()));
    },
    left: async () => submitted - (await queue.getCompletedCount()),
    stop: () => Promise.all(running.map((worker) => worker.close())),
    async close() {
      await queue.close();
      await flow.close();
      await redis.quit();
    },
  };
}
