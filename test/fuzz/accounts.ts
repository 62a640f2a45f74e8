/**
 * Where every packet went. What the fuzz knows it sent stands beside the counters of the service, line by line, and each
 * line must agree exactly:
 *
 * - taken: every PUBLISH that the parser reached on an accepted connection and that did not end it, and every will of a
 *   connection that broke = received by kind + ignored + on a topic of its own that means nothing.
 * - ended: every connection that a packet ended = refused, by reason. Nothing ends for another reason.
 * - stored: what the journal holds = the counter of stored messages. Received on our own topics, and parts of dialects
 *   = stored + redelivered + stale + dropped.
 * - read: readings decoded and payloads rejected by reason, as the rules counted them = counted again from the journal.
 */
import { createDecoder } from '../../src/codecs/decode.js'
import { createDirectory } from '../../src/codecs/directory.js'
import { eachRecord } from '../chaos/tally.js'
import type { Life } from './life.js'

export interface Sent {
  packets: number
  byName: Map<string, number>
  taken: number
  wills: number
  ended: Map<string, number>
  faults: string[]
}

export function createSent(): Sent {
  return { packets: 0, byName: new Map(), taken: 0, wills: 0, ended: new Map(), faults: [] }
}

export function add(sent: Sent, life: Life): void {
  for (const [name, count] of life.sent) {
    sent.packets += count
    sent.byName.set(name, (sent.byName.get(name) ?? 0) + count)
  }
  sent.taken += life.taken
  sent.wills += life.wills
  if (life.ended !== null) sent.ended.set(life.ended, (sent.ended.get(life.ended) ?? 0) + 1)
}

export type Counters = ReadonlyMap<string, number>

/** One line of the account: what we know, what the service says. */
export interface Line {
  what: string
  sent: number
  counted: number
}

export function readCounters(text: string): Counters {
  const counters = new Map<string, number>()
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf(' ')
    if (!line.startsWith('#') && at > 0) counters.set(line.slice(0, at), Number(line.slice(at + 1)))
  }
  return counters
}

/** Sum over the labels of a metric, or one of them. */
export function total(counters: Counters, name: string, label = ''): number {
  let sum = 0
  for (const [key, value] of counters) {
    if ((key === name || key.startsWith(`${name}{`)) && key.includes(label)) sum += value
  }
  return sum
}

const REFUSED = 'teshe_broker_refused_total'
const LOGIN = ['login-unknown', 'login-wrong', 'will-foreign'] as const
const BY_PACKET = ['publish-foreign', 'topic-too-deep', 'packet-too-large', 'protocol-error'] as const
/** Denied subscriptions end nothing. */
const ENDS_NOTHING = ['subscribe-foreign'] as const

export function intakeLines(sent: Sent, healthy: number, counters: Counters): Line[] {
  const refused = (what: string) => total(counters, REFUSED, `"${what}"`)
  const known = [...LOGIN, ...BY_PACKET, ...ENDS_NOTHING].reduce((sum, what) => sum + refused(what), 0)
  const ended = (what: string) => sent.ended.get(what) ?? 0
  return [
    {
      what: 'PUBLISH reached, wills included',
      sent: sent.taken + sent.wills + healthy,
      counted:
        total(counters, 'teshe_broker_messages_total') +
        total(counters, 'teshe_broker_ignored_total') +
        total(counters, 'teshe_broker_unreadable_topic_total'),
    },
    {
      what: 'ended: log-in',
      sent: ended('login'),
      counted: LOGIN.reduce((sum, what) => sum + refused(what), 0),
    },
    ...BY_PACKET.map((what) => ({ what: `ended: ${what}`, sent: ended(what), counted: refused(what) })),
    { what: 'ended for another reason', sent: 0, counted: total(counters, REFUSED) - known },
  ]
}

export interface Recount {
  stored: number
  readings: number
  rejected: Map<string, number>
}

/** The journal read again by the decoder of the rules. */
export function recount(dir: string): Recount {
  const decoder = createDecoder({ directory: createDirectory() })
  const counts: Recount = { stored: 0, readings: 0, rejected: new Map() }
  eachRecord(dir, (record) => {
    const { kind } = record
    if (kind === 'telemetry' || kind === 'event' || kind === 'status') counts.stored++
    const decoded = decoder.decode(record)
    if (decoded.type === 'readings') counts.readings += decoded.readings.length
    if (decoded.type !== 'rejected') return
    const { reason } = decoded.rejection
    counts.rejected.set(reason, (counts.rejected.get(reason) ?? 0) + 1)
  })
  return counts
}

export function journalLines(again: Recount, counters: Counters): Line[] {
  const own = ['telemetry', 'event', 'status'].reduce(
    (sum, kind) => sum + total(counters, 'teshe_broker_messages_total', `"${kind}"`),
    0,
  )
  const stored = total(counters, 'teshe_broker_stored_total')
  const outcomes =
    stored +
    total(counters, 'teshe_broker_redelivered_total') +
    total(counters, 'teshe_broker_stale_status_total') +
    total(counters, 'teshe_broker_dropped_qos0_total')
  const dialects =
    total(counters, 'teshe_broker_messages_total', '"gateway"') +
    total(counters, 'teshe_broker_messages_total', '"sparkplug"')
  const reasons = new Set([...again.rejected.keys(), ...reasonsOf(counters)])
  return [
    // A message of a dialect has as many parts as it names devices, none when it cannot be read.
    ...(dialects === 0 ? [{ what: 'on our own topics: stored or known', sent: own, counted: outcomes }] : []),
    { what: 'stored in the journal', sent: again.stored, counted: stored },
    {
      what: 'readings decoded',
      sent: again.readings,
      counted: total(counters, 'teshe_rules_readings_total'),
    },
    ...[...reasons].sort().map((reason) => ({
      what: `payload rejected: ${reason}`,
      sent: again.rejected.get(reason) ?? 0,
      counted: total(counters, 'teshe_rules_rejected_total', `"${reason}"`),
    })),
  ]
}

function reasonsOf(counters: Counters): string[] {
  return [...counters].flatMap(([key, value]) => {
    const reason = value > 0 ? /^teshe_rules_rejected_total\{reason="([^"]+)"/.exec(key)?.[1] : undefined
    return reason === undefined ? [] : [reason]
  })
}
