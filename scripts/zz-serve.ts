import { startApi } from '/work/main/test/api/graphql-server.js';
const api = await startApi();
console.log(api.port);
process.on('message', async (m) => { if (m === 'cpu') process.send!(process.cpuUsage()); else process.exit(0); });
process.send!(api.port);
