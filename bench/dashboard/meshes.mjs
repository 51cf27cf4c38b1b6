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

export async function stepsOf(server, id) {
  const { mesh } = await ask(
    server,
    'query($id: ID!) { mesh(id: $id) { counts { total completed running } } }',
    { id },
  );
  const { total, completed, running } = mesh.counts;
  return `${completed} of ${total} tasks had completed, ${running} ran`;
}
