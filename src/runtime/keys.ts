/** Keys for single purposes, derived from the one secret key of the service. */
import { createPrivateKey, generateKeyPairSync, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import type { DataDirectory } from './data-directory.js'

const KEY_BYTES = 32

/** The setting, or a key generated once into the data directory. */
export function secretKeyOf(data: DataDirectory, setting: string | undefined): Buffer {
  return Buffer.from(setting ?? data.secret('secret-key', () => randomBytes(KEY_BYTES).toString('base64url')))
}

/** The Ed25519 key of the record: the setting, or one generated once into the data directory. */
export function recordKeyOf(data: DataDirectory, setting: string | undefined): KeyObject {
  return createPrivateKey(setting ?? data.secret('record-key', generatedKey))
}

function generatedKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** HKDF-SHA-256; whoever learns one derived key learns no other. */
export function deriveKey(
  secretKey: Uint8Array,
  purpose: 'teshe device secrets' | 'teshe call answers',
): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', purpose, KEY_BYTES))
}
