/**
 * What PostgreSQL, Redis or TLS says when a link fails, in words that name the key of the configuration and what to do. Used
 * wherever such an error ends a start or is logged; what it does not know it leaves as it is.
 */

/** Whose keys are at fault. */
export type LinkName = 'database' | 'cluster';

const ADDRESS = { database: 'database.url', cluster: 'cluster.backend' } as const;
const SERVER = { database: 'PostgreSQL', cluster: 'Redis' } as const;

interface Said {
  readonly code: string;
  readonly text: string;
}

interface Reading {
  readonly matches: (said: Said) => boolean;
  readonly told: (name: LinkName) => string;
}

const byCode = (...codes: string[]) => ({ matches: ({ code }: Said) => codes.includes(code) });
const byText = (pattern: RegExp) => ({ matches: ({ text }: Said) => pattern.test(text) });

/** The server's certificate, as this side sees it. */
const ofServerCertificate: readonly Reading[] = [
  {
    ...byCode(
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_SIGNATURE_FAILURE',
    ),
    told: (name) =>
      `${name}.tls_ca: the certificate of ${SERVER[name]} is not of an authority that is believed here; set ${name}.tls_ca to the ` +
      'PEM file of the authority that signed it',
  },
  {
    ...byCode('CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'),
    told: (name) =>
      `${ADDRESS[name]}: the certificate of ${SERVER[name]}, or of its authority in ${name}.tls_ca, is not valid at this time; ` +
      'renew it, or set the clock of this machine',
  },
  {
    ...byCode('ERR_TLS_CERT_ALTNAME_INVALID'),
    told: (name) =>
      `${ADDRESS[name]}: the certificate of ${SERVER[name]} is for another host; write the name that it is for into ` +
      `${ADDRESS[name]}, or have one made for this name`,
  },
];

/** Our own certificate, as the server sees it: TLS tells by alerts. */
const ofClientCertificate: readonly Reading[] = [
  {
    matches: ({ code, text }) =>
      code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' ||
      /certificate required|requires a valid client certificate|peer did not return a certificate/i.test(
        text,
      ),
    told: (name) =>
      `${name}.tls_cert: ${SERVER[name]} asks for a certificate and got none; set ${name}.tls_cert and ${name}.tls_key`,
  },
  {
    matches: ({ code, text }) =>
      /^ERR_SSL_(TLSV1|SSLV3)_ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+)$/.test(code) ||
      /alert (unknown ca|bad certificate|certificate)/i.test(text),
    told: (name) =>
      `${name}.tls_cert: ${SERVER[name]} does not take this certificate; it must be valid now, and of an authority that ` +
      `${SERVER[name]} believes`,
  },
];

const ofDatabase: readonly Reading[] = [
  {
    ...byText(/^(password|certificate) authentication failed/),
    told: () =>
      'database.url: PostgreSQL refuses the user, the password or the certificate; write the user and password it expects into the ' +
      'address; where it looks at certificates, the common name in database.tls_cert must be the user',
  },
];

const ofEncryption: readonly Reading[] = [
  {
    ...byText(/server does not support SSL connections/),
    told: () =>
      'database.url: PostgreSQL has no TLS; switch it on there (ssl = on), or remove database.tls_* and sslmode here',
  },
  {
    ...byText(/no pg_hba\.conf entry .*no encryption/),
    told: () =>
      'database.url: PostgreSQL takes this user with TLS only; add ?sslmode=verify-full, and set database.tls_ca where its authority is your own',
  },
  {
    ...byText(/before secure TLS connection was established|wrong version number|packet length too long/i),
    told: () =>
      'cluster.backend: the port answers, but not with TLS; write the port that Redis has for TLS (tls-port), or redis:// without it',
  },
];

const ofRedis: readonly Reading[] = [
  {
    ...byText(/^(WRONGPASS|NOAUTH)|^ERR (AUTH|invalid password)/),
    told: () =>
      'cluster.backend: Redis refuses the user or the password; write those it expects into the address, as in redis://user:password@host:6379',
  },
  {
    ...byText(/^NOPERM/),
    told: () =>
      'cluster.backend: Redis does not let its user do what a queue needs; give it the keys of cluster.schema (~taskmesh_queue:*) ' +
      'and +@read +@write +@connection +@blocking +@scripting +info',
  },
  {
    ...byText(/\bOOM command not allowed/),
    told: () =>
      'cluster.backend: Redis is full, and nothing goes to nodes or comes back; raise its maxmemory, or remove what others keep in it',
  },
  {
    ...byText(/^MISCONF/),
    told: () =>
      'cluster.backend: Redis cannot write to its disk, and takes nothing; mend that (its log says what it is)',
  },
  {
    ...byText(/^READONLY/),
    told: () =>
      'cluster.backend: this Redis is a replica and takes nothing; write the address of its primary',
  },
];

const READINGS: Readonly<Record<LinkName, readonly Reading[]>> = {
  database: [...ofServerCertificate, ...ofClientCertificate, ...ofEncryption, ...ofDatabase],
  cluster: [...ofServerCertificate, ...ofClientCertificate, ...ofEncryption, ...ofRedis],
};

/** What to tell of it: the words of the other side stand behind ours. */
export function troubleOf(name: LinkName, error: unknown): string {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const text = (error instanceof Error ? error.message : String(error)) || code;
  const reading = READINGS[name].find(({ matches }) => matches({ code, text }));
  return reading === undefined ? text : `${reading.told(name)} (${text})`;
}

/** The same as an error, with the code of the first. */
export function withTrouble(name: LinkName, error: unknown): Error {
  const said = troubleOf(name, error);
  if (error instanceof Error && said === error.message) return error;
  return Object.assign(new Error(said, { cause: error }), { code: 'LINK_REFUSED' });
}
