/**
 * A checkpoint says, signed, which entries stood in the timelines of all incidents at a moment. Checkpoints count up and
 * each holds the hash of the one before, so that nothing can be put between them, left out, or cut off unseen.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { sha256 } from './entry.js'

export interface Checkpoint {
  /** From 1, without a gap. */
  counter: number
  /** ms since 1970. */
  at: number
  /** How many entries it seals, and the root of the tree over them. */
  count: number
  root: string
  previous_hash: string
  hash: string
  /** Which key signed the hash, and the signature in base64url. */
  key_id: string
  signature: string
}

/** What leaves the service, to be kept where nobody of it can reach. */
export type Anchor = Pick<Checkpoint, 'counter' | 'at' | 'hash'>

/** Signs with the record key, which is for nothing else. */
export interface Signer {
  readonly keyId: string
  readonly publicKey: KeyObject
  sign(purpose: Purpose, hash: string): string
}

/** A signature for one purpose is none for another. */
export type Purpose = 'checkpoint' | 'export' | 'export-of-many'

export function createSigner(privateKey: KeyObject): Signer {
  const publicKey = createPublicKey(privateKey)
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (purpose, hash) => sign(null, signedText(purpose, hash), privateKey).toString('base64url'),
  }
}

export function isSignedBy(
  publicKey: KeyObject,
  purpose: Purpose,
  { hash, signature }: { hash: string; signature: string },
): boolean {
  const bytes = Buffer.from(signature, 'base64url')
  // Base64 has several spellings of the same bytes; only ours is taken.
  if (bytes.toString('base64url') !== signature) return false
  return verify(null, signedText(purpose, hash), publicKey, bytes)
}

/** The first 16 hex digits of the SHA-256 of the key. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex').slice(0, 16)
}

export function pemOf(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

export function hashOfCheckpoint(
  checkpoint: Pick<Checkpoint, 'counter' | 'at' | 'count' | 'root' | 'previous_hash' | 'key_id'>,
): string {
  const { counter, at, count, root, previous_hash, key_id } = checkpoint
  return sha256(JSON.stringify([counter, at, count, root, previous_hash, key_id]))
}

function signedText(purpose: Purpose, hash: string): Buffer {
  return Buffer.from(`teshe ${purpose} 1\n${hash}\n`)
}
