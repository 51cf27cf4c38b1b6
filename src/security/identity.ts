/**
 * Whom a token belongs to. The doors ask `Identities` for tokens that are not the owner's; it asks those who issue
 * them: JWTs of an identity provider, API tokens of this system.
 */
import type { Role } from '../lifecycle/role.js';
import type { Credential } from './credential.js';

export interface Identity {
  readonly id: string;
  readonly role: Role;
  readonly tenant: string;
  readonly credential: Credential;
}

export type Found =
  | { readonly ok: true; readonly identity: Identity }
  /** Told to the caller: it says what to do, and nothing that helps to guess. `isAway`: it could not be asked now. */
  | { readonly ok: false; readonly why: string; readonly isAway?: boolean };

export interface Identities {
  find(token: string): Promise<Found>;
}

/** One kind of token, known by its look. */
export interface Issuer extends Identities {
  knows(token: string): boolean;
}

export function refused(why: string): Found {
  return { ok: false, why };
}

/** The first issuer that knows the kind of the token decides. */
export class IssuedIdentities implements Identities {
  readonly #issuers: readonly Issuer[];

  constructor(issuers: readonly Issuer[]) {
    this.#issuers = issuers;
  }

  async find(token: string): Promise<Found> {
    const issuer = this.#issuers.find((one) => one.knows(token));
    if (issuer !== undefined) return await issuer.find(token);
    return refused('this is not the token of this server; it lies in the file token of its state directory');
  }
}
