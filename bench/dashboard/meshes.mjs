/** The meshes of the bench of the dashboard: layers of waits, so that updates come all the time and cost the machine little. */

async function ask({ url, token }, query, variables) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors).slice(0, 1000));
  return data;
}

/** The same every time: a small generator of Lehmer's instead of chance. */
function sequence() {
  let state = 7;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Each task waits for one to three of the layer before, and then for half to one and a half of `seconds`. */
export function wide({ layers, width, seconds }) {
  const next = sequence();
  const tasks = [];
  for (let layer = 0; layer < layers; layer++) {
    for (let place = 0; place < width; place++) {
      const sources = new Set(
        Array.from({ length: 1 + Math.floor(next() * 3) }, (_, step) => (place + step * 7) % width),
      );
      tasks.push({
        key: `t${layer}-${place}`,
        name: `step ${layer} part ${place}`,
        work: { wait: { durationMs: Math.round(seconds * 1000 * (0.5 + next())) } },
        dependsOn: layer === 0 ? [] : [...sources].map((source) => ({ task: `t${layer - 1}-${source}` })),
      });
    }
  }
  return { name: `wide ${layers * width}`, tasks };
}

export async function submit(server, input) {
  const text = 'mutation($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
  return (await ask(server, text, { input })).submitMesh.id;
}

/** So many tasks behind one that is held: none of them starts, and each can be held and let go without end. */
export async function still(server, width) {
  const root = { key: 'root', hold: true };
  const tasks = Array.from({ length: width }, (_, at) => ({ key: `t${at}`, dependsOn: [{ task: 'root' }] }));
  const id = await submit(server, { name: `still ${width}`, tasks: [root, ...tasks] });
  const text = 'query($id: ID!) { meshGraph(id: $id) { ids } }';
  const { meshGraph } = await ask(server, text, { id });
  return { id, ids: meshGraph.ids.slice(1) };
}

const AT_ONCE = 20;
/** Requests under way at the same time, whose changes share commits. */
const HANDS = 12;

/** Holds its tasks and lets them go until `seconds` are over: updates that leave the mesh as large as it was. Answers how many. */
export async function churn(server, ids, seconds) {
  const end = performance.now() + seconds * 1000;
  let made = 0;
  const turn = async (name, some) => {
    await ask(
      server,
      `mutation { ${some.map((id, at) => `m${at}: ${name}(id: "${id}") { id }`).join(' ')} }`,
    );
    made += some.length;
  };
  const hand = async (own) => {
    for (let from = 0; performance.now() < end; from = (from + AT_ONCE) % own.length) {
      const some = own.slice(from, from + AT_ONCE);
      await turn('holdTask', some);
      await turn('releaseTask', some);
    }
  };
  await Promise.all(
    Array.from({ length: HANDS }, (_, at) => hand(ids.filter((_id, place) => place % HANDS === at))),
  );
  return made;
}

export async function stepsOf(server, id) {
  const { mesh } = await ask(
    server,
    'query($id: ID!) { mesh(id: $id) { counts { total completed running } } }',
    { id },
  );
  const { total, completed, running } = mesh.counts;
  return `${completed} of ${total} tasks had completed, ${running} ran`;
}
