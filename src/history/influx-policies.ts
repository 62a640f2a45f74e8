/**
 * The retention policies of an InfluxDB 1.x database: one for the minutes and one for the hours of each class, one
 * without end for the windows around incidents and for events. The default policy, which holds every value, is made
 * finite only where nothing but ours is in the database and nobody else has set it.
 */
import { EQUIPMENT_KINDS } from '../model/equipment.js'
import {
  RETENTION_CLASSES,
  type RetentionClass,
  type RetentionSettings,
  retentionOf,
} from '../model/retention.js'
import type { InfluxConnection } from './influx-connection.js'
import { durationMs } from './influx-duration.js'
import { identifier } from './influx-ql.js'
import { HOUR_MS, type Rollup } from './resolution.js'

const DAY_HOURS = 24
export const KEPT_POLICY = 'kept'
const OUR_MEASUREMENTS: ReadonlySet<string> = new Set([...EQUIPMENT_KINDS, 'event'])

export function policyOf(rollup: Rollup, retention: RetentionClass): string {
  return `${rollup}_${retention}`
}

export interface Policies {
  /** The name of the default policy, and how long it keeps points in ms; `null` is for ever. */
  raw: { name: string; ms: number | null }
}

/** Makes what is missing, and mends what the settings changed. Takes nothing away from the default policy. */
export async function ensurePolicies(
  connection: InfluxConnection,
  database: string,
  settings: RetentionSettings,
): Promise<Policies> {
  const known = await readPolicies(connection, database)
  const wanted = new Map<string, number | null>([[KEPT_POLICY, null]])
  for (const retention of RETENTION_CLASSES) {
    const { minuteDays, hourDays } = retentionOf(retention, settings)
    wanted.set(policyOf('minute', retention), hoursOf(minuteDays))
    wanted.set(policyOf('hour', retention), hoursOf(hourDays))
  }
  for (const [name, hours] of wanted) {
    const policy = known.get(name)
    const ms = hours === null ? null : hours * HOUR_MS
    if (policy && policy.ms === ms) continue
    const verb = policy ? 'ALTER' : 'CREATE'
    await connection.query(`${verb} ${clause(name, database, hours)}`)
  }
  for (const [name, { ms, isDefault }] of known) if (isDefault) return { raw: { name, ms } }
  return { raw: { name: 'autogen', ms: null } }
}

/**
 * Gives the default policy its end. `setBefore` is what we made of it last, in ms: anything else that is finite is
 * somebody's decision and stays. Returns how long it keeps points now.
 */
export async function limitRaw(
  connection: InfluxConnection,
  database: string,
  { raw }: Policies,
  rawDays: number,
  setBefore: number | null,
): Promise<number | null> {
  const hours = hoursOf(rawDays)
  const ours = raw.ms === null || raw.ms === setBefore
  if (!ours || raw.ms === hours * HOUR_MS) return raw.ms
  const [measurements] = await connection.query('SHOW MEASUREMENTS')
  const foreign = measurements?.values.some(([name]) => !OUR_MEASUREMENTS.has(String(name)))
  if (foreign) return raw.ms
  await connection.query(`ALTER ${clause(raw.name, database, hours)}`)
  return hours * HOUR_MS
}

async function readPolicies(
  connection: InfluxConnection,
  database: string,
): Promise<Map<string, { ms: number | null; isDefault: boolean }>> {
  const policies = new Map<string, { ms: number | null; isDefault: boolean }>()
  for (const { columns, values } of await connection.query(
    `SHOW RETENTION POLICIES ON ${identifier(database)}`,
  )) {
    const at = (name: string) => columns.indexOf(name)
    for (const row of values) {
      const duration = durationMs(String(row[at('duration')]))
      policies.set(String(row[at('name')]), { ms: duration, isDefault: row[at('default')] === true })
    }
  }
  return policies
}

/** Shards of the length that InfluxDB itself would choose: a policy may not be shorter than one. */
function clause(name: string, database: string, hours: number | null): string {
  const shard =
    hours === null || hours >= 180 * DAY_HOURS ? 7 * DAY_HOURS : hours >= 2 * DAY_HOURS ? DAY_HOURS : 1
  const duration = hours === null ? 'INF' : `${hours}h`
  return `RETENTION POLICY ${identifier(name)} ON ${identifier(database)} DURATION ${duration} REPLICATION 1 SHARD DURATION ${shard}h`
}

/** A policy is at least an hour long, and longer than its shards. */
function hoursOf(days: number): number {
  return Math.max(2, Math.ceil(days * DAY_HOURS))
}
