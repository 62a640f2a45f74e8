/** Session tokens: 256 random bits as base64url, kept as SHA-256. */
import { createHash } from 'node:crypto'

export const TOKEN_BYTES = 32
/** Characters of base64url. */
export const TOKEN_LENGTH = 43

/** Hex. A fast hash is enough for 256 random bits. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
