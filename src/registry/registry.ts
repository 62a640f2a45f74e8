/**
 * The registry: which equipment there is, who keeps it, who may log in, and which devices and gateways count.
 * Every change of an equipment reaches the journal through the outbox, in the same transaction.
 */
import type { Database } from '../database/database.js'
import type { Bus } from '../runtime/bus.js'
import { type Accounts, createAccounts } from './accounts.js'
import { type Audit, createAudit } from './audit.js'
import { type ClaimBook, createClaimBook } from './claims.js'
import { type Credentials, createCredentials } from './credentials.js'
import { createEquipmentBook, type EquipmentBook } from './equipment.js'
import { createGatewayBook, type GatewayBook } from './gateways.js'
import { createMarkBook, type MarkBook } from './marks.js'
import { createOrganisations, type Organisations } from './organisations.js'
import { createRosters, type Rosters } from './roster/rosters.js'
import { createRuleBook, type RuleBook } from './rule-book.js'
import { createSecretLookup, type SecretLookup } from './secret-lookup.js'
import { createSessions, type Sessions } from './sessions.js'

export interface Registry {
  equipment: EquipmentBook
  marks: MarkBook
  organisations: Organisations
  rosters: Rosters
  accounts: Accounts
  sessions: Sessions
  credentials: Credentials
  gateways: GatewayBook
  claims: ClaimBook
  rules: RuleBook
  secrets: SecretLookup
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

const DEFAULT_SESSION_MS = 12 * 3_600_000
const ID_BYTES = 12

export function createRegistry(options: RegistryOptions): Registry {
  const { database, bus, secretKey, now, randomBytes, sessionMs = DEFAULT_SESSION_MS } = options
  const newId = () => randomBytes(ID_BYTES).toString('hex')
  const audit = createAudit({ database, now })
  const equipment = createEquipmentBook({ database, bus, now, newId })
  const credentials = createCredentials({ database, bus, secretKey, now, randomBytes })
  return {
    equipment,
    marks: createMarkBook({ database, bus, now, newId }),
    organisations: createOrganisations({ database, now, newId }),
    rosters: createRosters({ database, now, newId }),
    accounts: createAccounts({ database, bus, now, newId, randomBytes }),
    sessions: createSessions({ database, bus, audit, now, randomBytes, sessionMs }),
    credentials,
    gateways: createGatewayBook({ database, bus, secretKey, now, randomBytes }),
    claims: createClaimBook({ database, bus, now, equipment }),
    rules: createRuleBook({ database, bus, now }),
    secrets: createSecretLookup({ database, bus, credentials, secretKey, now }),
    audit,
  }
}
