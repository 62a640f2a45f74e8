/**
 * A message on its way to the journal: where it belongs, whether its sender may go on so fast, whether it was here
 * before, and what becomes of it when it cannot be stored. Called for every PUBLISH, will and uplink message.
 */
import type { PublishPacket } from 'aedes'
import { decodeStatus } from '../codecs/status.js'
import { TesheError } from '../errors.js'
import type { Appended, JournalWriter } from '../journal/journal.js'
import type { Rejection } from '../model/reading.js'
import type { JournalRecord, SessionChange } from '../model/record.js'
import { createDialects, type Part } from './dialects.js'
import { LONGEST_HOLD_MS } from './limits.js'
import type { GatewayStats, Refusal } from './messages.js'
import { createRedeliveries, type Redeliveries } from './redelivery.js'
import type { Session, Sessions } from './sessions.js'
import { type Destination, destinationOf, type OwnKind } from './topics.js'

/** Topics kept per connection; more are parsed each time. */
const MAX_KNOWN_TOPICS = 16
const NO_VALUES = Buffer.from('{}')

export interface IntakeOptions {
  journal: JournalWriter & { recordAt(equipment: string, position: number): JournalRecord | null }
  sessions: Sessions
  stats: GatewayStats
  now: () => number
  onRefused: (what: Refusal, session: Session, detail: string) => void
  onRejected: (session: Session, rejection: Rejection, payload: Uint8Array) => void
}

/**
 * Without an error the message may be acknowledged; with one its connection is to be closed. `withheld`: neither, its
 * sender keeps the message and its connection.
 */
export type Taken = (error?: Error, withheld?: boolean) => void

export interface Intake {
  take(session: Session, packet: PublishPacket, taken: Taken): void
  /** Like `take`, of what an ended connection left to be said. */
  takeWill(session: Session, packet: PublishPacket, taken: Taken): void
  /** The equipment is online by this session; recorded when that is new. */
  join(session: Session, equipment: string): void
  leave(session: Session, equipment: string): void
  /** Remembered messages, for finding redeliveries after a restart. */
  redeliveries: Redeliveries
}

export function createIntake({
  journal,
  sessions,
  stats,
  now,
  onRefused,
  onRejected,
}: IntakeOptions): Intake {
  const redeliveries = createRedeliveries(journal.recordAt)
  const dialects = createDialects({ stats, join, leave, onRejected: rejected })

  function rejected(session: Session, rejection: Rejection, payload: Uint8Array): void {
    stats.rejected[rejection.reason]++
    session.tally.unreadable++
    onRejected(session, rejection, payload)
  }

  function recordSession(session: Session, equipment: string, open: boolean): void {
    const change: SessionChange = { session: session.id, open, reason: open ? 'connected' : 'left' }
    // A session record that cannot be stored is not repeated: the silence clock of the rules covers for it.
    journal.append('session', equipment, now(), 0, Buffer.from(JSON.stringify(change)), () => {})
  }

  function join(session: Session, equipment: string): void {
    if (sessions.join(session, equipment)) recordSession(session, equipment, true)
  }

  /** An outside broker does not tell us who hangs on it: only births and deaths make its equipment come and go. */
  function seen(session: Session, equipment: string): void {
    // Nor does the last will of a connection bring anybody online.
    if (session.kind !== 'uplink' && !session.ended) join(session, equipment)
  }

  function leave(session: Session, equipment: string): void {
    const wasNewest = sessions.isNewest(session, equipment)
    if (!sessions.leave(session, equipment)) return
    recordSession(session, equipment, false)
    // Another connection of it is open still: from now on that one speaks for it.
    const [other] = sessions.speakersOf(equipment)
    if (wasNewest && other) recordSession(other, equipment, true)
  }

  function knownDestination(session: Session, topic: string): Destination {
    const known = session.destinations.get(topic)
    if (known) return known
    const destination = destinationOf(topic, session)
    if (session.destinations.size < MAX_KNOWN_TOPICS) session.destinations.set(topic, destination)
    return destination
  }

  /** Hot path: from here a message goes to the group commit and comes back acknowledged. */
  function take(session: Session, packet: PublishPacket, taken: Taken): void {
    const destination = knownDestination(session, packet.topic)
    if (destination.at === 'foreign') {
      onRefused('publish-foreign', session, packet.topic)
      return taken(new TesheError('TOPIC_FOREIGN', [session.username, packet.topic]))
    }
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const { tally } = session
    const arrival = now()
    tally.messages++
    tally.bytes += payload.length
    tally.lastMessageAt = arrival
    stats.bytes += payload.length
    const { meter } = session
    const wait = meter.take(payload.length, arrival)
    if (wait === 0 && !meter.holding) return sort(session, destination, packet, payload, arrival, taken)
    if (wait > LONGEST_HOLD_MS) {
      onRefused('rate-exceeded', session, `${Math.round(wait)} ms ahead`)
      return taken(new TesheError('RATE_EXCEEDED', [session.username, Math.round(wait)]))
    }
    stats.slowed++
    stats.slowedMs += wait
    tally.slowed++
    tally.slowedMs += wait
    meter.hold(wait, () => sort(session, destination, packet, payload, now(), taken))
  }

  function sort(
    session: Session,
    destination: Destination,
    packet: PublishPacket,
    payload: Uint8Array,
    arrival: number,
    taken: Taken,
  ): void {
    switch (destination.at) {
      case 'record':
        stats.received[destination.kind]++
        seen(session, destination.equipment)
        return store(session, packet, destination.kind, destination.equipment, payload, arrival, taken)
      case 'gateway':
        stats.received.gateway++
        return storeAll(session, packet, dialects.gateway(session, destination, payload), arrival, taken)
      case 'sparkplug':
        stats.received.sparkplug++
        return storeAll(
          session,
          packet,
          dialects.sparkplug(session, destination, payload, arrival),
          arrival,
          taken,
        )
      case 'request':
        session.send(destination.reply, NO_VALUES, 0)
        stats.ignored++
        return journal.inTurn(() => taken())
      case 'ignored':
        stats.ignored++
        return journal.inTurn(() => taken())
      case 'unreadable':
        stats.unreadableTopic++
        session.tally.unreadable++
        return journal.inTurn(() => taken())
      case 'foreign':
        return taken(new TesheError('TOPIC_FOREIGN', [session.username, packet.topic]))
    }
  }

  /** Taken when all parts are; each part is found again by itself when the message is repeated. */
  function storeAll(
    session: Session,
    packet: PublishPacket,
    parts: readonly Part[],
    arrival: number,
    taken: Taken,
  ): void {
    if (parts.length === 0) return journal.inTurn(() => taken())
    // Names and compression let a small message grow large; what it grew to counts against its sender.
    const grown = parts.reduce((sum, part) => sum + part.payload.length, 0)
    session.meter.take(grown, arrival, parts.length - 1)
    let open = parts.length
    let failure: Error | undefined
    let held = false
    const partTaken: Taken = (error, withheld = false) => {
      failure ??= error
      held ||= withheld
      if (--open === 0) taken(failure, held)
    }
    for (const { equipment, payload } of parts) {
      seen(session, equipment)
      store(session, packet, 'telemetry', equipment, payload, arrival, partTaken)
    }
  }

  function store(
    session: Session,
    packet: PublishPacket,
    kind: OwnKind,
    equipment: string,
    payload: Uint8Array,
    arrival: number,
    taken: Taken,
  ): void {
    const packetId = packet.qos > 0 ? (packet.messageId ?? 0) : 0
    if (packet.dup && redeliveries.isRepeat(equipment, packetId, payload, arrival)) {
      stats.redelivered++
      session.tally.redelivered++
      return journal.inTurn(() => taken())
    }
    if (kind === 'status' && saysOffline(payload) && !sessions.isNewest(session, equipment)) {
      stats.staleStatus++
      return journal.inTurn(() => taken())
    }
    const appended: Appended = (error, position) => {
      if (error) return notStored(session, packet, error, taken)
      stats.stored++
      if (packetId !== 0) redeliveries.remember(equipment, packetId, position, payload, arrival)
      taken()
    }
    journal.append(kind, equipment, arrival, packetId, payload, appended)
  }

  function notStored(session: Session, packet: PublishPacket, error: TesheError, taken: Taken): void {
    if (packet.qos === 0) {
      stats.droppedQos0++
      return taken()
    }
    onRefused('publish-not-stored', session, error.code)
    // No acknowledgement, but the connection stays: an alarm behind this telemetry is still taken.
    if (error.code === 'JOURNAL_FULL' && journal.state().status === 'tight') taken(undefined, true)
    else taken(error)
  }

  return {
    take,
    takeWill(session, packet, taken) {
      const own = session.kind === 'device' && !sessions.isNewest(session, session.username)
      if (own) return taken(new TesheError('WILL_STALE', [session.username]))
      take(session, packet, taken)
    },
    join,
    leave,
    redeliveries,
  }
}

function saysOffline(payload: Uint8Array): boolean {
  const status = decodeStatus(payload)
  return 'online' in status && !status.online
}
