/**
 * The door for devices: aedes as an intake. Who may connect, what may be published, and PUBACK only after the journal
 * has the message on disk.
 *
 * aedes sends PUBACK (or PUBREC) when `authorizePublish` calls back and before it publishes anything, so that hook is
 * the only place to hold the acknowledgement [MQTT-4.3.2-2].
 */
import type { Socket } from 'node:net'
import { Aedes, type AedesPublishPacket, type AuthErrorCode, type Client, type PublishPacket } from 'aedes'
import { decodeStatus } from '../codecs/status.js'
import { TesheError } from '../errors.js'
import type { JournalWriter } from '../journal/journal.js'
import type { JournalRecord, SessionChange } from '../model/record.js'
import type { Credentials } from './credentials.js'
import { guardFrames } from './frame-guard.js'
import type { GatewayStats, Refusal } from './messages.js'
import { createCommandEmitter, createNoSessions } from './no-bus.js'
import { createRedeliveries, type Redeliveries } from './redelivery.js'
import { createSessions, type Session } from './sessions.js'
import { commandTopic, type Destination, destinationOf } from './topics.js'

/** Bytes a packet may have before the log-in has succeeded: a CONNECT with its will is far smaller. */
const MAX_PACKET_BEFORE_CONNACK = 16 * 1024
/** ms in which CONNECT must have come. */
const CONNECT_TIMEOUT_MS = 10_000
/** Topics kept per connection; more are parsed each time. */
const MAX_KNOWN_TOPICS = 16
/** What aedes says of a device that fell silent; nobody's fault. */
const KEEP_ALIVE_PASSED = 'keep alive timeout'
const SERVER_UNAVAILABLE = 3 as AuthErrorCode
const BAD_LOGIN = 4 as AuthErrorCode
const NOT_AUTHORIZED = 5 as AuthErrorCode

export interface BrokerOptions {
  journal: JournalWriter & { recordAt(equipment: string, position: number): JournalRecord | null }
  credentials: Credentials
  maxPacketBytes: number
  now: () => number
  newSessionId: () => string
  stats: GatewayStats
  onRefused: (what: Refusal, username: string, address: string, detail: string) => void
}

export interface Broker {
  /** Takes over a fresh connection. */
  accept(socket: Socket): void
  /** Counts a connection whose encryption could not be agreed on. */
  refuseHandshake(socket: Socket, detail: string): void
  /** Sends a message to the device if it listens; true when it does. */
  command(equipment: string, payload: Uint8Array): boolean
  /** Cuts every connection of a log-in. */
  cut(username: string): void
  /** Remembered messages, for finding redeliveries after a restart. */
  redeliveries: Redeliveries
  /** Ends every connection; wills raised by it are not recorded. */
  close(): Promise<void>
}

export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { journal, credentials, now, stats } = options
  const sessions = createSessions()
  const redeliveries = createRedeliveries(journal.recordAt)
  const emitter = createCommandEmitter()
  const willTopics = new WeakMap<Client, string>()
  let closing = false

  const aedes = await Aedes.createBroker({
    mq: emitter,
    persistence: createNoSessions(),
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxClientsIdLength: 1024,
    preConnect(client, packet, callback) {
      // Sessions are not kept over a disconnect.
      packet.clean = true
      if (packet.will) willTopics.set(client, packet.will.topic)
      callback(null, true)
    },
    authenticate(client, username, password, done) {
      const address = addressOf(client)
      const refuse = (what: Refusal, returnCode: AuthErrorCode) => {
        refused(what, username ?? '', address, '')
        done(
          Object.assign(new TesheError('DEVICE_LOGIN_REFUSED', [username ?? '', what]), { returnCode }),
          false,
        )
      }
      // The socket may have gone while aedes deferred us; a session opened now would never be closed.
      if (client.closed) return done(null, false)
      if (closing || journal.state().status === 'refusing')
        return refuse('journal-refusing', SERVER_UNAVAILABLE)
      const login = credentials.verify(username, password)
      if ('refused' in login) return refuse(login.refused, BAD_LOGIN)
      const { equipmentId } = login.credential
      const willTopic = willTopics.get(client)
      if (willTopic !== undefined && destinationOf(willTopic, equipmentId).at === 'foreign') {
        return refuse('will-foreign', NOT_AUTHORIZED)
      }
      // Client ids are taken within the user name, so nobody takes over another's session.
      Object.assign(client, { id: `${username}/${client.id}` })
      sessions.open(client, {
        id: options.newSessionId(),
        username: login.credential.username,
        equipmentId,
        address,
        destinations: new Map(),
      })
      done(null, true)
    },
    authorizePublish(client, packet, callback) {
      // Overriding the hook removes aedes' own guard of $SYS; a null client is aedes itself sending an old will.
      const session = client && sessions.of(client)
      if (!session) return callback(new TesheError('TOPIC_FOREIGN', ['nobody', packet.topic]))
      packet.retain = false
      accept(session, client, packet, callback)
    },
    authorizeSubscribe(client, subscription, callback) {
      const session = sessions.of(client)
      const own = session !== undefined && subscription.topic === commandTopic(session.equipmentId)
      if (!own) refused('subscribe-foreign', session?.username ?? '', addressOf(client), subscription.topic)
      callback(null, own ? subscription : null)
    },
    authorizeForward: (_client, packet: AedesPublishPacket & { clientId?: string }) =>
      packet.clientId === undefined ? packet : null,
  })

  function refused(what: Refusal, username: string, address: string, detail: string): void {
    stats.refused[what]++
    options.onRefused(what, username, address, detail)
  }

  /** Hot path: from here a message goes to the group commit and comes back acknowledged. */
  function accept(
    session: Session,
    client: Client,
    packet: PublishPacket,
    callback: (error?: Error) => void,
  ): void {
    const destination = knownDestination(session, packet.topic)
    if (destination.at === 'foreign') {
      refused('publish-foreign', session.username, session.address, packet.topic)
      return callback(new TesheError('TOPIC_FOREIGN', [session.username, packet.topic]))
    }
    if (destination.at === 'unreadable') {
      stats.unreadableTopic++
      return callback()
    }
    const isWill = client.closed
    if (isWill && (closing || !sessions.isNewest(session)))
      return callback(new TesheError('WILL_STALE', [session.username]))
    const { equipmentId } = session
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const packetId = packet.qos > 0 ? (packet.messageId ?? 0) : 0
    const arrival = now()
    stats.received[destination.at]++
    stats.bytes += payload.length
    if (packet.dup && redeliveries.isRepeat(equipmentId, packetId, payload, arrival)) {
      stats.redelivered++
      return callback()
    }
    if (destination.at === 'status' && saysOffline(payload) && !sessions.isNewest(session)) {
      stats.staleStatus++
      return callback()
    }
    journal.append(destination.at, equipmentId, arrival, packetId, payload, (error, position) => {
      if (error) return notStored(session, packet, error, callback)
      stats.stored++
      if (packetId !== 0) redeliveries.remember(equipmentId, packetId, position, payload)
      callback()
    })
  }

  function notStored(
    session: Session,
    packet: PublishPacket,
    error: TesheError,
    callback: (error?: Error) => void,
  ): void {
    if (packet.qos === 0) {
      stats.droppedQos0++
      return callback()
    }
    refused('publish-not-stored', session.username, session.address, error.code)
    if (error.code === 'JOURNAL_FULL' && journal.state().status === 'tight') {
      // No acknowledgement, but the connection stays: an alarm behind this telemetry is still taken. aedes reads the
      // QoS after this hook, and at 0 it acknowledges nothing.
      packet.qos = 0
      return callback()
    }
    callback(error)
  }

  function knownDestination(session: Session, topic: string): Destination {
    const known = session.destinations.get(topic)
    if (known) return known
    const destination = destinationOf(topic, session.equipmentId)
    if (session.destinations.size < MAX_KNOWN_TOPICS) session.destinations.set(topic, destination)
    return destination
  }

  function recordSession(session: Session, open: boolean, reason: SessionChange['reason']): void {
    const change: SessionChange = { session: session.id, open, reason }
    // A session record that cannot be stored is not repeated: the silence clock of the rules covers for it.
    journal.append('session', session.equipmentId, now(), 0, Buffer.from(JSON.stringify(change)), () => {})
  }

  aedes.on('clientReady', (client) => {
    const session = sessions.of(client)
    if (session) recordSession(session, true, 'connected')
  })
  aedes.on('clientDisconnect', (client) => {
    const session = sessions.of(client)
    sessions.close(client)
    stats.connections = sessions.count
    if (session && !closing) recordSession(session, false, 'left')
  })
  aedes.on('clientError', (client, error) => {
    const session = sessions.of(client)
    // Our own refusals and the socket's errors carry a code; what is left is a packet that aedes could not accept.
    const protocol = !('code' in error) && error.message !== KEEP_ALIVE_PASSED
    if (protocol) refused('protocol-error', session?.username ?? '', addressOf(client), error.message)
    // A connection that was up is closed by `clientDisconnect`, after its will has been judged by this session.
    if (!client.connected) sessions.close(client)
  })
  aedes.on('connectionError', (client, error) => {
    refused('protocol-error', '', addressOf(client), error.message)
  })

  return {
    accept(socket) {
      socket.setNoDelay(true)
      const client = aedes.handle(socket)
      const limit = () => (client.connected ? options.maxPacketBytes : MAX_PACKET_BEFORE_CONNACK)
      guardFrames(socket, limit, () => {
        refused('packet-too-large', sessions.of(client)?.username ?? '', addressOf(client), '')
      })
      client.on('connected', () => {
        stats.connections = sessions.count
      })
    },
    refuseHandshake(socket, detail) {
      refused('protocol-error', '', socket.remoteAddress ?? '', detail)
    },
    command(equipment, payload) {
      const topic = commandTopic(equipment)
      const listens = emitter.listens(topic)
      if (listens) {
        const packet = {
          cmd: 'publish',
          topic,
          payload: Buffer.from(payload),
          qos: 1,
          retain: false,
          dup: false,
        } as const
        aedes.publish(packet, () => {})
      }
      return listens
    },
    cut(username) {
      for (const client of sessions.clientsOf(username)) client.close()
    },
    redeliveries,
    close() {
      closing = true
      return new Promise((resolve) => aedes.close(() => resolve()))
    },
  }
}

function saysOffline(payload: Uint8Array): boolean {
  const status = decodeStatus(payload)
  return 'online' in status && !status.online
}

function addressOf(client: Client): string {
  const { conn } = client
  return 'remoteAddress' in conn ? (conn.remoteAddress ?? '') : ''
}
