/** The list of all migrations, forward only. Add at the end; what has run somewhere is never changed. */
import type { Migration } from './migrate.js'
import { areaTables } from './migrations/area-tables.js'
import { attentionReasons } from './migrations/attention-reasons.js'
import { deliveryTables } from './migrations/delivery-tables.js'
import { deviceLoginTables } from './migrations/device-login-tables.js'
import { dispatchTables } from './migrations/dispatch-tables.js'
import { incidentTables } from './migrations/incident-tables.js'
import { markTables } from './migrations/mark-tables.js'
import { planTables } from './migrations/plan-tables.js'
import { recordTables } from './migrations/record-tables.js'
import { registryTables } from './migrations/registry-tables.js'
import { rosterTables } from './migrations/roster-tables.js'
import { ruleTables } from './migrations/rule-tables.js'

export const MIGRATIONS: readonly Migration[] = [
  { id: 1, name: 'registry tables', up: registryTables },
  { id: 2, name: 'incident tables', up: incidentTables },
  { id: 3, name: 'dispatch tables', up: dispatchTables },
  { id: 4, name: 'device log-in tables', up: deviceLoginTables },
  { id: 5, name: 'marks, tests and causes', up: markTables },
  { id: 6, name: 'record tables', up: recordTables },
  { id: 7, name: 'rule tables', up: ruleTables },
  { id: 8, name: 'area tables', up: areaTables },
  { id: 9, name: 'plan tables', up: planTables },
  { id: 10, name: 'roster tables', up: rosterTables },
  { id: 11, name: 'delivery tables', up: deliveryTables },
  { id: 12, name: 'attention reasons', up: attentionReasons },
]
