/**
 * The door for devices: aedes as an intake. Who may connect, who may listen, and PUBACK only after the journal has the
 * message on disk.
 *
 * aedes sends PUBACK (or PUBREC) when `authorizePublish` calls back and before it publishes anything, so that hook is
 * the only place to hold the acknowledgement [MQTT-4.3.2-2].
 */
import type { Socket } from 'node:net'
import { Aedes, type AedesPublishPacket, type AuthErrorCode, type Client, type PublishPacket } from 'aedes'
import { stateMessage, stateTopics } from '../codecs/sparkplug.js'
import { TesheError } from '../errors.js'
import type { JournalWriter } from '../journal/journal.js'
import type { Rejection } from '../model/reading.js'
import type { JournalRecord } from '../model/record.js'
import { createCommands } from './commands.js'
import { addressOf, createConnections } from './connections.js'
import type { Credentials } from './credentials.js'
import { guardFrames } from './frame-guard.js'
import { createIntake, type Intake, type Taken } from './intake.js'
import { createAddressCounts, type IntakeLimits } from './limits.js'
import { createLogIn } from './log-in.js'
import type { LoginBrake } from './login-brake.js'
import type { DeviceLogin, GatewayStats, IntakeTally, Refusal } from './messages.js'
import { createNoEmitter, createNoSessions } from './no-bus.js'
import type { Redeliveries } from './redelivery.js'
import { createSessions, type Sessions } from './sessions.js'
import { createStandings, type Offender } from './standing.js'
import { isStateTopic, maySubscribe } from './topics.js'

/** Bytes a packet may have before the log-in has succeeded: a CONNECT with its will is far smaller. */
const MAX_PACKET_BEFORE_CONNACK = 16 * 1024
/** ms in which CONNECT must have come. */
const CONNECT_TIMEOUT_MS = 10_000
/** ms in which a reader must take what we wrote. */
const DRAIN_TIMEOUT_MS = 30_000
/** QoS 2 messages of one connection between PUBREC and PUBREL. */
const MAX_IN_FLIGHT = 1000
/** Our deepest topic has six levels. */
const MAX_TOPIC_LEVELS = 16
const MAX_SUBSCRIPTIONS = 5_100
/** ms between the end of a socket and that of its session, if aedes has not told us before. */
const LAST_WORDS_MS = 1_000

/** What aedes says when it ends a connection, and what that means here. */
const AEDES_ENDINGS: readonly (readonly [words: string, what: Refusal | null])[] = [
  // A device that fell silent; nobody's fault.
  ['keep alive timeout', null],
  // An acknowledgement for a device that has gone meanwhile.
  ['connection closed', null],
  ['drain timeout', 'slow-reader'],
  ['maxInflightInbound exceeded', 'too-many-in-flight'],
  ['topic has too many levels', 'topic-too-deep'],
]

export interface BrokerOptions {
  journal: JournalWriter & { recordAt(equipment: string, position: number): JournalRecord | null }
  credentials: Credentials
  brake: LoginBrake
  maxPacketBytes: number
  limits: IntakeLimits
  /** The name under which Sparkplug edge nodes know us. */
  sparkplugHost: string
  now: () => number
  newSessionId: () => string
  stats: GatewayStats
  onRefused: (what: Refusal, username: string, address: string, detail: string) => void
  onRejected: (username: string, rejection: Rejection, payload: Uint8Array) => void
  /** An unknown device presented a password; true when it is heard. */
  onClaim: ((username: string, hmac: Uint8Array, address: string) => void) | null
}

export interface Broker {
  /** Counts a raw connection by its address; false, and closed, when there are too many. */
  admit(socket: Socket): boolean
  /** Takes over a fresh connection, encrypted or not. */
  accept(socket: Socket): void
  /** Counts a connection whose encryption could not be agreed on. */
  refuseHandshake(socket: Socket, detail: string): void
  /** Sends a command to the device if it listens; true when it does. */
  command(equipment: string, payload: Uint8Array): boolean
  /** Replaces a log-in; `cut` ends its open connections. */
  setLogin(username: string, login: DeviceLogin | null, cut: boolean): void
  /** What a log-in did, for the operator. */
  tallyOf(username: string): IntakeTally
  /** The log-ins with most trouble, worst first. */
  offenders(limit: number): Offender[]
  /** For the uplink, which brings messages past the door. */
  intake: Intake
  sessions: Sessions
  /** Remembered messages, for finding redeliveries after a restart. */
  redeliveries: Redeliveries
  /** Ends every connection; wills raised by it are not recorded. */
  close(): Promise<void>
}

export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { journal, credentials, brake, limits, now, stats, sparkplugHost } = options
  const sessions = createSessions()
  const standings = createStandings(limits)
  const addresses = createAddressCounts()
  const willTopics = new WeakMap<Client, string>()
  const faulted = new WeakSet<Client>()
  let closing = false

  const intake = createIntake({
    journal,
    sessions,
    stats,
    now,
    onRefused: (what, session, detail) => refused(what, session.username, session.address, detail),
    onRejected: (session, rejection, payload) => options.onRejected(session.username, rejection, payload),
  })

  const connections = createConnections({
    sessions,
    standings,
    intake,
    stats,
    now,
    newSessionId: options.newSessionId,
    closing: () => closing,
  })
  const answer = createLogIn({
    credentials,
    brake,
    now,
    refusing: () => closing || journal.state().status === 'refusing',
    onClaim: options.onClaim,
  })

  const aedes = await Aedes.createBroker({
    mq: createNoEmitter(),
    persistence: createNoSessions(),
    connectTimeout: CONNECT_TIMEOUT_MS,
    drainTimeout: DRAIN_TIMEOUT_MS,
    maxInflightInbound: MAX_IN_FLIGHT,
    maxTopicLevels: MAX_TOPIC_LEVELS,
    maxClientsIdLength: 1024,
    preConnect(client, packet, callback) {
      // Sessions are not kept over a disconnect.
      packet.clean = true
      if (packet.will) willTopics.set(client, packet.will.topic)
      callback(null, true)
    },
    authenticate(client, username, password, done) {
      // The socket may have gone while aedes deferred us; a session opened now would never be closed.
      if (client.closed) return done(null, false)
      const address = addressOf(client)
      const socket = client.conn as Socket
      const given = answer({ socket, address, username, password, willTopic: willTopics.get(client) })
      if ('refused' in given) refused(given.refused, given.name, address, given.detail)
      const reply = () => {
        if (client.closed || closing) return done(null, false)
        if ('refused' in given) {
          const error = new TesheError('DEVICE_LOGIN_REFUSED', [given.name, given.refused])
          return done(Object.assign(error, { returnCode: given.returnCode as AuthErrorCode }), false)
        }
        // What was right when it was shown may have been revoked while the answer was held back.
        if (credentials.get(given.login.username) !== given.login) return done(null, false)
        connections.welcome(client, given)
        done(null, true)
      }
      if (given.holdMs > 0) setTimeout(reply, given.holdMs)
      else reply()
    },
    authorizePublish(client, packet, callback) {
      // Overriding the hook removes aedes' own guard of $SYS; a null client is aedes itself sending an old will.
      const session = client && connections.sessionOf(client)
      if (!session) return callback(new TesheError('TOPIC_FOREIGN', ['nobody', packet.topic]))
      packet.retain = false
      const taken: Taken = (error, withheld) => {
        // aedes reads the QoS after this hook, and at 0 it acknowledges nothing.
        if (withheld) packet.qos = 0
        callback(error)
      }
      if (!client.closed) return intake.take(session, packet, taken)
      session.ended = true
      if (closing) return callback(new TesheError('WILL_STALE', [session.username]))
      intake.takeWill(session, packet, taken)
    },
    authorizeSubscribe(client, subscription, callback) {
      const session = connections.sessionOf(client)
      const own =
        session !== undefined &&
        session.listens.size < MAX_SUBSCRIPTIONS &&
        maySubscribe(subscription.topic, session, sparkplugHost)
      if (own) session.listens.add(subscription.topic)
      else refused('subscribe-foreign', session?.username ?? '', addressOf(client), subscription.topic)
      callback(null, own ? subscription : null)
    },
    authorizeForward: (_client, packet: AedesPublishPacket & { clientId?: string }) =>
      packet.clientId === undefined ? packet : null,
  })

  // What a client publishes goes nowhere from here: without this aedes would carry each message through storing,
  // queueing and emitting, a third of its cost, to find that nobody listens.
  // What it says itself, about clients that come and go, nobody hears either.
  aedes.publish = (_packet: PublishPacket, client: unknown, done?: (error?: Error) => void) => {
    if (typeof client === 'function') client()
    else done?.()
  }

  function refused(what: Refusal, username: string, address: string, detail: string): void {
    stats.refused[what]++
    const tally = standings.find(username)?.tally
    if (tally) {
      tally.refused[what] = (tally.refused[what] ?? 0) + 1
      tally.lastRefusal = { what, at: now(), detail: detail.slice(0, 128) }
    }
    options.onRefused(what, username, address, detail)
  }

  /** Several packets of one read may each be an error; the first is why the connection ends, null where that is told elsewhere. */
  function noteFault(client: Client, what: Refusal | null, why: string): void {
    if (faulted.has(client)) return
    faulted.add(client)
    if (what) refused(what, connections.sessionOf(client)?.username ?? '', addressOf(client), why)
  }

  aedes.on('clientReady', (client) => {
    const session = connections.sessionOf(client)
    // A gateway brings its equipment with what it says.
    if (session?.kind === 'device') intake.join(session, session.username)
  })
  aedes.on('clientDisconnect', connections.end)
  aedes.on('clientError', (client, error) => {
    const ending = AEDES_ENDINGS.find(([words]) => error.message.startsWith(words))
    // Our own refusals and the socket's errors carry a code; what is left is a packet that aedes could not accept.
    const what = ending ? ending[1] : 'code' in error ? null : 'protocol-error'
    noteFault(client, what, error.message)
    // A connection that was up is closed by `clientDisconnect`, after its will has been judged by this session.
    if (!client.connected) connections.end(client)
  })
  // The same before CONNECT has given the client an id.
  aedes.on('connectionError', (client, error) => noteFault(client, 'protocol-error', error.message))
  aedes.on('subscribe', (subscriptions, client) => {
    const session = client && connections.sessionOf(client)
    if (!session) return
    for (const { topic } of subscriptions) {
      if (!isStateTopic(topic, sparkplugHost)) continue
      // An edge node that waits for its host hears at once that we are there.
      for (const own of stateTopics(sparkplugHost)) {
        if (own !== topic && own.replace(/[^/]+$/, '+') !== topic) continue
        session.send(own, stateMessage(own, true, now()).payload, 0)
      }
    }
  })
  aedes.on('unsubscribe', (topics, client) => {
    const session = client && connections.sessionOf(client)
    for (const topic of topics) session?.listens.delete(topic)
  })

  return {
    admit(socket) {
      const address = socket.remoteAddress ?? ''
      socket.once('close', () => addresses.close(address))
      if (addresses.open(address) <= limits.connectionsPerAddress || limits.connectionsPerAddress === 0)
        return true
      refused('too-many-connections', '', address, '')
      socket.destroy()
      return false
    },
    accept(socket) {
      socket.setNoDelay(true)
      const client = aedes.handle(socket)
      // aedes forgets to say that a client has gone when two of one id came together; its last will has its time.
      socket.once('close', () => setTimeout(connections.end, LAST_WORDS_MS, client).unref())
      // Not `connected`, which aedes says only after CONNACK has gone, when the device may have sent already.
      const limit = () =>
        connections.sessionOf(client) !== undefined ? options.maxPacketBytes : MAX_PACKET_BEFORE_CONNACK
      guardFrames(socket, limit, (fault) => {
        refused(fault, connections.sessionOf(client)?.username ?? '', addressOf(client), '')
      })
      client.on('connected', () => {
        stats.connections = sessions.count
      })
    },
    refuseHandshake(socket, detail) {
      refused('handshake-failed', '', socket.remoteAddress ?? '', detail)
    },
    command: createCommands(sessions),
    setLogin(username, login, cut) {
      if (login) credentials.set(login)
      else credentials.remove(username)
      if (login && !cut) {
        sessions.rebind(login)
        for (const session of sessions.of(username)) connections.keepOrCut(session, login)
        return
      }
      for (const session of sessions.of(username)) session.cut()
      if (!login) standings.forget(username)
    },
    tallyOf: (username) => ({
      connections: sessions.of(username).length,
      tally: standings.find(username)?.tally ?? null,
    }),
    offenders: standings.worst,
    intake,
    sessions,
    redeliveries: intake.redeliveries,
    close() {
      closing = true
      return new Promise((resolve) => aedes.close(() => resolve()))
    },
  }
}
