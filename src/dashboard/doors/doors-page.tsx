/** The other doors of the server, and how programs come in. */
import type { JSX } from 'preact';
import { may, mayAct } from '../api/session.js';
import { Heading, Section } from '../parts/frame.jsx';
import { isSignInOpen } from '../shell/sign-in.jsx';
import '../style/insight.css';
import '../style/forms.css';
import { SchemaView } from './schema-view.jsx';
import { TokensView } from './tokens-view.jsx';

const DOORS: readonly (readonly [string, string, string])[] = [
  ['/graphiql', 'GraphiQL', 'Write queries and subscriptions here; needs no internet.'],
  ['/graphql', 'Apollo Sandbox', 'The same, from Apollo’s servers; needs the internet.'],
  ['/docs', 'REST', 'Every route, documented and ready to be tried.'],
  ['/openapi.json', 'OpenAPI 3.1', 'The description of the REST API, for generators.'],
  ['/health', 'Health', 'For load balancers: /health/live and /health/ready.'],
  ['/status', 'Status', 'What this server is and what it does, as JSON.'],
  ['/metrics', 'Metrics', 'As JSON; for Prometheus at /metrics/prometheus.'],
];

const REQUEST = (origin: string): string => `curl ${origin}/graphql \\
  -H "Authorization: Bearer $(cat .taskmesh/token)" \\
  -H "Content-Type: application/json" \\
  -d '{"query":"{ meshes(first: 5) { nodes { id name status } } }"}'`;

const STREAM = `subscription {
  meshEvents(meshId: "…", after: 0) { seq at type taskId from to payload }
}`;

export function DoorsPage(): JSX.Element {
  return (
    <div class="page">
      <Heading title="API" says="Everything this page shows and does goes through these doors" />
      <ul class="doors">
        {DOORS.map(([path, name, says]) => (
          <li key={path}>
            <a href={path}>
              <b>{name}</b>
              <code>{path}</code>
              <span>{says}</span>
            </a>
          </li>
        ))}
      </ul>
      {may('createApiToken') && <TokensView />}
      <SchemaView />
      <div class="columns">
        <Section title="Ask" says="One request as the owner; the token lies in the state directory.">
          <pre tabIndex={0}>{REQUEST(location.origin)}</pre>
        </Section>
        <Section
          title="Listen"
          says="graphql-transport-ws at /graphql. With after: seq a stream goes on where it was left, without a gap."
        >
          <pre tabIndex={0}>{STREAM}</pre>
        </Section>
      </div>
      <Section
        title="This browser"
        says={mayAct.value ? 'It has a token: it may act.' : 'It has no token: it watches.'}
      >
        <button type="button" class="fit" onClick={() => (isSignInOpen.value = true)}>
          {mayAct.value ? 'Sign out' : 'Sign in'}
        </button>
      </Section>
    </div>
  );
}
