/** How a JWT may be signed, apart from what verifies it: the configuration needs the words and not the cryptography. */

/** One of them is chosen; a token never chooses. `none`: no JWTs. */
export const JWT_ALGORITHMS = ['none', 'HS256', 'RS256', 'ES256', 'EdDSA'] as const;
export type JwtAlgorithm = Exclude<(typeof JWT_ALGORITHMS)[number], 'none'>;

/** Of the shared key: as long as the hash (RFC 7518, 3.2). */
export const SECRET_BYTES_MIN = 32;
