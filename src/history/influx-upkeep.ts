/**
 * The upkeep of an InfluxDB 1.x: minutes and hours of closed hours, windows around incidents copied to where they stay,
 * and only then an end for the policy that holds every value. Everything may be done twice; how far it has come stands in
 * our own file. 2.x and 3 have no policies, so there it does nothing and their own retention decides.
 */
import { EQUIPMENT_KINDS } from '../model/equipment.js'
import { RETENTION_CLASSES, type RetentionSettings, retentionOf, type Span } from '../model/retention.js'
import { lookAtClock } from './clock-guard.js'
import { DROP_EDGES } from './embedded-edges.js'
import { CLOSING_MS } from './embedded-maintain.js'
import type { Upkeep } from './history.js'
import type { InfluxConnection } from './influx-connection.js'
import { ensurePolicies, limitRaw, type Policies } from './influx-policies.js'
import { between, identifier } from './influx-ql.js'
import { createHourMaker, type HourMaker, type RollupPace } from './influx-rollup.js'
import type { InfluxUpkeepLedger } from './influx-upkeep-ledger.js'
import { HOUR_MS } from './resolution.js'
import type { SignalTypes } from './signal-types.js'

const DAY_MS = 24 * HOUR_MS
/** One call does hours for so long; the next one goes on. */
const BUDGET_MS = 60_000
/** What late hours may take of it before hours that are new have their turn. */
const LATE_SHARE = 0.5

export interface InfluxUpkeepOptions {
  connection: InfluxConnection
  ledger: InfluxUpkeepLedger
  types: SignalTypes
  retention: RetentionSettings
  /** Goes on from call to call. */
  pace: RollupPace
  /** The real clock, in ms since 1970: what the server itself goes by. */
  clock: () => number
  pause: (ms: number) => Promise<void>
  /** Told up to where hours are about to be made (ms). */
  onClosing: (to: number) => void
}

export async function maintainInflux(
  options: InfluxUpkeepOptions,
  { now, drop, signal }: Upkeep,
): Promise<void> {
  const { connection, ledger, types, retention, pace, clock, pause } = options
  const { database } = connection
  if (database === null) return
  const sound = await isSound(options)
  const over = Math.floor((now - CLOSING_MS) / HOUR_MS) * HOUR_MS
  const closed = sound ? over : Math.min(over, await newestHour(connection))
  const started = clock()
  const until = started + BUDGET_MS
  const mayGoOn = () => clock() < until && !signal?.aborted
  const policies = await ensurePolicies(connection, database, retention)
  if (sound) moveEdges(options, policies)
  const edge = (name: `minute ${string}` | `hour ${string}`) =>
    ledger.edge(name as 'minute state') ?? Number.NEGATIVE_INFINITY
  const maker = createHourMaker({
    connection,
    database,
    rawPolicy: policies.raw.name,
    types,
    pace,
    now: clock,
    pause,
    minutesFrom: (name) => edge(`minute ${name}`),
    hoursFrom: (name) => edge(`hour ${name}`),
  })

  await makeLate(ledger, maker, () => clock() < started + BUDGET_MS * LATE_SHARE && mayGoOn())
  const known = ledger.edge('rolled influx')
  // Before a stretch is found to be empty, what comes to it has to be late.
  if (known === null) options.onClosing(closed)
  let rolledTo = known ?? (await firstHour(connection, closed, options))
  while (rolledTo < closed && mayGoOn()) {
    // From here on what comes to this hour is late, though it may still be seen.
    options.onClosing(rolledTo + HOUR_MS)
    const empty = !(await maker.make(rolledTo, null))
    rolledTo += HOUR_MS
    if (empty) {
      options.onClosing(closed)
      rolledTo = Math.max(rolledTo, await nextHour(connection, rolledTo, closed))
    }
    ledger.setEdge('rolled influx', rolledTo)
  }
  await makeLate(ledger, maker, mayGoOn)
  if (!sound) return
  const copied = await copyWindows(options, maker, { now, rolledTo }, mayGoOn)
  // A late hour needs its values; one that keeps them for days to come does not hold up the rest.
  const soonGone = clock() - (retention.rawDays - 1) * DAY_MS
  const waits = [...ledger.late().keys()].some((hour) => hour < soonGone)
  if (!drop || rolledTo < closed || !copied || waits) return
  const ms = await limitRaw(connection, database, policies, retention.rawDays, ledger.edge('raw policy'))
  if (ms !== null && ms !== policies.raw.ms) ledger.setEdge('raw policy', ms)
  moveEdges(options, { raw: { ...policies.raw, ms } })
}

/** Judges the clock. Edges beyond one that is sound were moved by one that was not: what came since is all there. */
async function isSound({ ledger, clock }: InfluxUpkeepOptions): Promise<boolean> {
  const now = clock()
  const sound = await lookAtClock(now, {
    at: ledger.edge,
    put(news) {
      for (const [name, ms] of news) ledger.setEdge(name, ms)
    },
  })
  for (const name of sound ? DROP_EDGES : []) {
    if ((ledger.edge(name) ?? now) > now) ledger.setEdge(name, Math.floor(now / HOUR_MS) * HOUR_MS)
  }
  return sound
}

/** Edges follow the server's clock and never go back: what is gone does not come again with a longer setting. */
function moveEdges({ ledger, retention, clock }: InfluxUpkeepOptions, { raw }: Policies): void {
  function advance(name: 'raw' | 'minute state' | 'hour state', ms: number): void {
    // The server's own edge moves on between two calls.
    const at = Math.ceil((clock() - ms) / HOUR_MS) * HOUR_MS + HOUR_MS
    if (at > (ledger.edge(name) ?? Number.NEGATIVE_INFINITY)) ledger.setEdge(name, at)
  }
  if (raw.ms !== null) advance('raw', raw.ms)
  for (const name of RETENTION_CLASSES) {
    const { minuteDays, hourDays } = retentionOf(name, retention)
    advance(`minute ${name}` as 'minute state', minuteDays * DAY_MS)
    advance(`hour ${name}` as 'hour state', hourDays * DAY_MS)
  }
}

/** Hours that values came to afterwards, the windows that lie in them included. */
async function makeLate(ledger: InfluxUpkeepLedger, maker: HourMaker, mayGoOn: () => boolean): Promise<void> {
  for (const [hour, equipment] of ledger.late()) {
    if (!mayGoOn()) return
    const seq = ledger.lateSeq()
    await maker.make(hour, equipment)
    for (const window of ledger.windows()) {
      const own = equipment === null || equipment.includes(window.equipment)
      if (own && window.spans.some(({ from, to }) => from < hour + HOUR_MS && to > hour)) {
        ledger.markCopied(window.incident, false)
      }
    }
    ledger.clearLate(hour, equipment, seq)
  }
}

/** True when nothing that should be kept is still in the raw policy alone and older than an hour that closed. */
async function copyWindows(
  { ledger, retention }: InfluxUpkeepOptions,
  maker: HourMaker,
  { now, rolledTo }: { now: number; rolledTo: number },
  mayGoOn: () => boolean,
): Promise<boolean> {
  const rawFrom = ledger.edge('raw') ?? Number.NEGATIVE_INFINITY
  let all = true
  for (const { incident, equipment, spans, copied } of ledger.windows()) {
    if (copied) continue
    if (!mayGoOn()) return false
    // What comes to it from then on is late, and it is copied once more.
    const over = Math.max(...spans.map(({ to }) => to)) <= rolledTo
    const aged = Math.min(...spans.map(({ from }) => from)) < now - (retention.rawDays * DAY_MS) / 2
    if (!over && !aged) continue
    for (const span of spans) {
      // Nothing is left of what is older; it was copied in its time.
      if (span.to > rawFrom) await maker.keep(equipment, clipped(span, now))
    }
    if (over) ledger.markCopied(incident, true)
    else all = false
  }
  return all
}

function clipped({ from, to }: Span, now: number): Span {
  return { from, to: Math.min(to, now) }
}

/** The hour of the oldest value that is worth rolling up. */
async function firstHour(
  connection: InfluxConnection,
  closed: number,
  { clock, retention }: InfluxUpkeepOptions,
): Promise<number> {
  return await nextHour(connection, clock() - retentionOf('measure', retention).hourDays * DAY_MS, closed)
}

/** The hour of the first value after `from`; `closed` when none comes before that. */
async function nextHour(connection: InfluxConnection, from: number, closed: number): Promise<number> {
  let first = closed
  for (const measurement of [...EQUIPMENT_KINDS, 'event']) {
    const [found] = await connection.query(
      `SELECT * FROM ${identifier(measurement)} WHERE ${between({ from, to: closed })} ORDER BY time ASC LIMIT 1`,
    )
    const at = found?.values[0]?.[0]
    if (typeof at === 'number') first = Math.min(first, at)
  }
  return Math.floor(first / HOUR_MS) * HOUR_MS
}

/** The hour of the newest value. */
async function newestHour(connection: InfluxConnection): Promise<number> {
  let newest = 0
  for (const measurement of EQUIPMENT_KINDS) {
    const [found] = await connection.query(
      `SELECT * FROM ${identifier(measurement)} ORDER BY time DESC LIMIT 1`,
    )
    const at = found?.values[0]?.[0]
    if (typeof at === 'number') newest = Math.max(newest, at)
  }
  return Math.floor(newest / HOUR_MS) * HOUR_MS
}
