/** What the intakes tell the registry: whom they refused, for log and audit, and who asks to be admitted. */
import { messageOf } from '../errors.js'
import type { Logger } from '../runtime/log.js'
import { createOnceInAWhile } from '../runtime/once-in-a-while.js'
import type { Audit } from './audit.js'
import type { ClaimBook } from './claims.js'

export interface DeviceReports {
  /** One a minute of a kind and an address: the counters have them all. */
  refused(what: string, username: string, address: string, detail: string): void
  claimed(username: string, hmac: Uint8Array, address: string): void
}

const MINUTE_MS = 60_000

export function createDeviceReports({
  audit,
  claims,
  log,
  now,
}: {
  audit: Pick<Audit, 'record'>
  claims: Pick<ClaimBook, 'record'>
  log: Logger
  now: () => number
}): DeviceReports {
  const worthAudit = createOnceInAWhile({ ms: MINUTE_MS, now })
  const unwritten = (what: string) => (error: unknown) =>
    log.error({ error: messageOf(error) }, `${what} could not be written`)
  return {
    refused(what, username, address, detail) {
      if (!worthAudit(`${what} ${address}`)) return
      log.warn({ what, username, address, detail }, 'device refused')
      const who = { actor: username, actorName: username, subject: username, address }
      void audit.record({ ...who, action: `device.${what}`, detail: { detail } }).catch(unwritten('audit'))
    },
    claimed(username, hmac, address) {
      const seen = { username, hmac: Buffer.from(hmac).toString('base64url'), address }
      void claims.record(seen).catch(unwritten('claim'))
    },
  }
}
