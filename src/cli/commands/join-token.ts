/** `taskmesh join-token`: lets one node in from another machine, once. */
import { CliCreateJoinTokenDocument } from '../../generated/graphql/graphql.js';
import { connect } from '../client/connect.js';
import type { Verb } from '../verb.js';

export async function joinToken(verb: Verb, { lifetime }: { readonly lifetime?: number }): Promise<void> {
  const client = await connect(verb.settings());
  const { createJoinToken } = await client.request(CliCreateJoinTokenDocument, { lifetimeSeconds: lifetime });
  const { token, lifetimeSeconds } = createJoinToken;
  verb.answer(createJoinToken, () => {
    const hint = `for ${lifetimeSeconds} s, once: taskmesh node --join ${client.url} --token ${token}`;
    return `${token}\n${hint}\n`;
  });
}
