/**
 * The registry: which equipment there is, who keeps it, who may log in, and which device secrets count.
 * Every change of an equipment reaches the journal through the outbox, in the same transaction.
 */
import type { Database } from '../database/database.js'
import type { Bus } from '../runtime/bus.js'
import type { Accounts } from './accounts.js'
import type { Audit } from './audit.js'
import type { Credentials } from './credentials.js'
import type { EquipmentBook } from './equipment.js'
import type { Organisations } from './organisations.js'
import type { Sessions } from './sessions.js'

export interface Registry {
  equipment: EquipmentBook
  organisations: Organisations
  accounts: Accounts
  sessions: Sessions
  credentials: Credentials
  audit: Audit
}

export interface RegistryOptions {
  database: Database
  bus: Bus
  /** At least 32 bytes; device secrets are kept as HMAC under it. */
  secretKey: Uint8Array
  /** ms since 1970. */
  now: () => number
  randomBytes: (size: number) => Buffer
  /** ms a log-in lasts without being used; 12 hours if left out. */
  sessionMs?: number
}

export declare function createRegistry(options: RegistryOptions): Registry
