/**
 * The gateway thread: devices' sockets, the intake and the journal's group commit. A slow disk blocks this thread and
 * nobody else.
 */
import { createServer, type Server } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, TesheError } from '../errors.js'
import { openSqliteWriter, type SqliteJournalWriter } from '../journal/sqlite-writer.js'
import { type Broker, openBroker } from './broker.js'
import { createCredentials } from './credentials.js'
import { createLoginBrake } from './login-brake.js'
import {
  createGatewayStats,
  type FromGateway,
  type GatewayData,
  type GatewayStats,
  type Refusal,
  type ToGateway,
} from './messages.js'
import { REDELIVERY_WINDOW_MS } from './redelivery.js'
import { createTlsListener } from './tls-listener.js'
import { openUplink } from './uplink.js'

const TICK_MS = 1000
/**
 * Messages in flight when we died are the newest of the journal, but a device may miss some lives of ours before it comes
 * again: so many bytes are looked through at the start, about a minute and a half at 10,000 messages a second.
 */
const REDELIVERY_TAIL_BYTES = 256 * 1024 * 1024
/** Of each sort told one by one per second; beyond that the counters speak, and no sort keeps another from being told. */
const MAX_TOLD = 50
const MAX_TOLD_CHARS = 64
/** Bytes of a payload that an operator sees of it. */
const HEAD_BYTES = 64

function post(message: FromGateway): void {
  parentPort?.postMessage(message)
}

/** The thread sleeps away the delay with nothing else running, as a slow fsync would. */
function sleepBlocking(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function openJournal(data: GatewayData, stats: GatewayStats): SqliteJournalWriter {
  const readers = data.readers.map(({ port, asleep }) => ({ port, asleep: new Int32Array(asleep) }))
  return openSqliteWriter({
    dir: data.journalDir,
    headAtLeast: data.headAtLeast,
    budgetBytes: data.budgetBytes,
    retentionMs: data.retentionMs,
    bufferBytes: data.bufferBytes,
    now: Date.now,
    onCommit() {
      stats.commits++
      // Only a sleeping reader needs a message; one that works looks again by itself.
      for (const { port, asleep } of readers) if (Atomics.exchange(asleep, 0, 0) === 1) port.postMessage(0)
    },
    onState: (state) => post({ type: 'journal', state }),
    ...(data.commitDelayMs > 0 && { beforeCommit: () => sleepBlocking(data.commitDelayMs) }),
  })
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new TesheError('PORT_UNUSABLE', [`${host}:${port}`, error.message])),
    )
    server.listen(port, host, 4096, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function short(text: string): string {
  return text.slice(0, MAX_TOLD_CHARS)
}

function headOf(payload: Uint8Array): string {
  return Buffer.from(payload.subarray(0, HEAD_BYTES)).toString('latin1')
}

function rememberInFlight(broker: Broker, journal: SqliteJournalWriter): void {
  const since = Date.now() - REDELIVERY_WINDOW_MS
  journal.tail(
    { since, maxBytes: REDELIVERY_TAIL_BYTES },
    ({ equipment, packetId, position, payload, arrival }) => {
      if (packetId !== 0) broker.redeliveries.remember(equipment, packetId, position, payload, arrival)
    },
  )
}

async function run(data: GatewayData): Promise<void> {
  const stats = createGatewayStats()
  const journal = openJournal(data, stats)
  const now = Date.now
  const credentials = createCredentials(data.credentialKey, data.logins)
  const loopDelay = monitorEventLoopDelay({ resolution: 5 })
  const startedAt = now().toString(36)
  let sessionCount = 0
  const told = new Map<FromGateway['type'], number>()
  let stopping = false
  const newSessionId = () => `${startedAt}-${++sessionCount}`

  /** Strangers choose how much there is to tell, and what stands in it. */
  function tell(message: FromGateway): void {
    const count = (told.get(message.type) ?? 0) + 1
    told.set(message.type, count)
    if (count <= MAX_TOLD) post(message)
  }

  function tellRefused(what: Refusal, username: string, address: string, detail: string): void {
    tell({ type: 'refused', what, username: short(username), address, detail: short(detail) })
  }

  const broker = await openBroker({
    journal,
    credentials,
    brake: createLoginBrake({ now }),
    maxPacketBytes: data.maxPacketBytes,
    limits: data.limits,
    sparkplugHost: data.sparkplugHost,
    now,
    newSessionId,
    stats,
    onRefused: tellRefused,
    onRejected: (username, { reason, detail }, payload) =>
      tell({ type: 'rejected', username, reason, detail: short(detail), head: headOf(payload) }),
    onClaim: data.selfClaim
      ? (username, hmac, address) => tell({ type: 'claim', username, hmac, address })
      : null,
  })
  rememberInFlight(broker, journal)

  const server = createServer((socket) => {
    if (broker.admit(socket)) broker.accept(socket)
  })
  const port = await listen(server, data.host, data.port)
  const tls =
    data.tls &&
    createTlsListener({
      texts: data.tls.texts,
      onSocket: (socket) => broker.accept(socket),
      onHandshakeFailed: (socket, why) => broker.refuseHandshake(socket, why),
    })
  tls?.server.on('connection', (socket) => broker.admit(socket))
  const tlsPort = data.tls && tls ? await listen(tls.server, data.tls.host, data.tls.port) : null
  const uplink =
    data.uplink &&
    openUplink({
      ...data.uplink,
      intake: broker.intake,
      sessions: broker.sessions,
      journal,
      sparkplugHost: data.sparkplugHost,
      maxPacketBytes: data.maxPacketBytes,
      bufferBytes: data.bufferBytes,
      newSessionId,
      now,
      onRefused: tellRefused,
      onState: (error) => post({ type: 'uplink', error }),
    })

  loopDelay.enable()
  // Whoever was connected before is not any more, and the rules learn that from the first tick.
  journal.tick(Date.now(), true)
  const ticks = setInterval(() => {
    journal.tick(Date.now())
    told.clear()
    stats.uplink = uplink?.stats() ?? null
    stats.loopDelayMs = loopDelay.max / 1e6
    loopDelay.reset()
    post({ type: 'stats', stats })
    post({ type: 'journal', state: journal.state() })
  }, TICK_MS)

  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    void server.close()
    void tls?.server.close()
    await uplink?.close()
    await broker.close()
    clearInterval(ticks)
    await journal.close()
    post({ type: 'stopped' })
    parentPort?.close()
  }

  parentPort?.on('message', (message: ToGateway) => {
    switch (message.type) {
      case 'login':
        return broker.setLogin(message.username, message.login, message.cut)
      case 'tls':
        return tls?.use(message.texts)
      case 'tally':
        return post({ type: 'tally', request: message.request, tally: broker.tallyOf(message.username) })
      case 'offenders':
        return post({
          type: 'offenders',
          request: message.request,
          offenders: broker.offenders(message.limit),
        })
      case 'append': {
        const { request, kind, equipment, payload } = message
        return journal.append(kind, equipment, Date.now(), 0, payload, (error, position) =>
          post({ type: 'appended', request, position, error: error?.message ?? null }),
        )
      }
      case 'command':
        return post({
          type: 'commanded',
          request: message.request,
          delivered: broker.command(message.equipment, message.payload),
        })
      case 'retain':
        return journal.retain(message.cursors, Date.now())
      case 'stop':
        return void stop().catch((error: unknown) =>
          post({ type: 'failed', code: 'INTERNAL', message: messageOf(error) }),
        )
    }
  })
  post({ type: 'ready', port, tlsPort })
}

run(workerData as GatewayData).catch((error: unknown) => {
  const code = error instanceof TesheError ? error.code : 'INTERNAL'
  post({ type: 'failed', code, message: messageOf(error) })
  parentPort?.close()
})
