/** The address at which a provider reports what was pressed in one call: nobody can make one up, and it opens that call alone. */
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface CallTokens {
  /** `null` while the service has no public address: then calls take no answer. */
  callbackFor(delivery: { id: string }): string | null
  /** In constant time. */
  fits(deliveryId: string, token: string): boolean
}

export const ANSWERS_PATH = '/api/voice/answers'

export function createCallTokens({
  key,
  publicUrl,
}: {
  key: Uint8Array
  publicUrl: string | null
}): CallTokens {
  const tokenOf = (id: string) => createHmac('sha256', key).update(id).digest()
  return {
    callbackFor({ id }) {
      if (publicUrl === null) return null
      const query = new URLSearchParams({ call: id, token: tokenOf(id).toString('base64url') })
      return `${publicUrl}${ANSWERS_PATH}?${query}`
    },
    fits(id, token) {
      const given = Buffer.from(token, 'base64url')
      const wanted = tokenOf(id)
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    },
  }
}
