/** The verbs about who may come in and what people changed. Added to the program by `program.ts`. */
import { type Command, Option } from 'commander';
import { ROLES } from '../lifecycle/role.js';
import type { AuditOptions } from './commands/access/audit.js';
import type { IdentityOptions, TokenOptions } from './commands/access/token.js';
import { parseCount } from './settings.js';
import type { Verb } from './verb.js';

/** The part of the builder of the program that is needed here. */
export interface VerbAdder {
  group(name: string, about: string): Command;
  verb<Arguments extends unknown[], Options>(
    usage: string,
    about: string,
    action: (verb: Verb, ...rest: [...Arguments, Options]) => Promise<number | void> | void,
    place: { readonly under: Command },
  ): Command;
}

const tenantOption = (): Option => new Option('--tenant <name>', 'of that tenant (default: your own)');

export function addAccess(builder: VerbAdder): void {
  addTokens(builder, builder.group('token', 'tokens with which machines come in'));
  addIdentities(builder, builder.group('identity', 'people of the identity provider'));
  addAudit(builder, builder.group('audit', 'what people changed'));
}

function addTokens(builder: VerbAdder, under: Command): void {
  const roles = ROLES.map((role) => role.toLowerCase());
  builder
    .verb<[string], TokenOptions>(
      'create <name>',
      'make one; it is printed once',
      async (verb, name, options) =>
        (await import('./commands/access/token.js')).createToken(verb, name, options),
      { under },
    )
    .addOption(new Option('--role <role>', 'what it may do (default: viewer)').choices(roles))
    .addOption(tenantOption())
    .addOption(
      new Option('--lifetime <seconds>', 'how long it lasts (default: 30 days)').argParser(parseCount),
    );
  builder
    .verb<[], TokenOptions>(
      'list',
      'those that there are',
      async (verb, options) => (await import('./commands/access/token.js')).listTokens(verb, options),
      { under },
    )
    .addOption(tenantOption());
  builder
    .verb<[string], TokenOptions>(
      'revoke <id>',
      'end one, at once and for good',
      async (verb, id, options) =>
        (await import('./commands/access/token.js')).revokeToken(verb, id, options),
      { under },
    )
    .addOption(tenantOption());
}

function addIdentities(builder: VerbAdder, under: Command): void {
  builder
    .verb<[string], IdentityOptions>(
      'revoke <subject>',
      'end the JWTs that a subject has, at once and for good',
      async (verb, subject, options) =>
        (await import('./commands/access/token.js')).revokeIdentity(verb, subject, options),
      { under },
    )
    .option('--jti <id>', 'only that one (default: all that were issued until now)')
    .addOption(tenantOption());
}

function addAudit(builder: VerbAdder, under: Command): void {
  builder
    .verb<[], AuditOptions>(
      'list',
      'the newest entries',
      async (verb, options) => (await import('./commands/access/audit.js')).listAudit(verb, options),
      { under },
    )
    .option('--actor <id>', 'only of them')
    .option('--action <name>', 'only that operation')
    .option('--refused', 'only attempts that were refused')
    .addOption(new Option('--first <n>', 'how many (default: 50, at most 100)').argParser(parseCount));
  builder
    .verb<[], { kept?: string }>(
      'verify',
      'compute its chain of hashes again; exit code 1 when it was tampered with',
      async (verb, options) => (await import('./commands/access/audit.js')).verifyAudit(verb, options),
      { under },
    )
    .option('--kept <head>', 'the end that an earlier run printed: it must still be in the chain');
}
