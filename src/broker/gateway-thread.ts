/**
 * The gateway thread: devices' sockets, the intake and the journal's group commit. A slow disk blocks this thread and
 * nobody else.
 */
import { createServer, type Server } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createServer as createTlsServer } from 'node:tls'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, TesheError } from '../errors.js'
import { openSqliteWriter, type SqliteJournalWriter } from '../journal/sqlite-writer.js'
import { type Broker, openBroker } from './broker.js'
import { createCredentials } from './credentials.js'
import {
  createGatewayStats,
  type FromGateway,
  type GatewayData,
  type GatewayStats,
  type ToGateway,
} from './messages.js'
import { REDELIVERY_WINDOW_MS } from './redelivery.js'

const TICK_MS = 1000
/** Messages in flight when we died are the newest of the journal: so many bytes of it are looked through at the start. */
const REDELIVERY_TAIL_BYTES = 64 * 1024 * 1024
/** Refusals told one by one per second; beyond that the counters speak. */
const MAX_REFUSALS_TOLD = 50
/** Strangers choose what stands here. */
const MAX_TOLD_LENGTH = 64

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

function openTlsServer({ cert, key }: { cert: string; key: string }, broker: Broker): Server {
  const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2' }, (socket) => broker.accept(socket))
  server.on('tlsClientError', ({ message }, socket) => broker.refuseHandshake(socket, message))
  return server
}

function rememberInFlight(broker: Broker, journal: SqliteJournalWriter): void {
  const since = Date.now() - REDELIVERY_WINDOW_MS
  journal.tail({ since, maxBytes: REDELIVERY_TAIL_BYTES }, ({ equipment, packetId, position, payload }) => {
    if (packetId !== 0) broker.redeliveries.remember(equipment, packetId, position, payload)
  })
}

async function run(data: GatewayData): Promise<void> {
  const stats = createGatewayStats()
  const journal = openJournal(data, stats)
  const credentials = createCredentials(data.credentialKey, data.credentials)
  const loopDelay = monitorEventLoopDelay({ resolution: 5 })
  const startedAt = Date.now().toString(36)
  let sessionCount = 0
  let refusalsTold = 0
  let stopping = false

  const broker = await openBroker({
    journal,
    credentials,
    maxPacketBytes: data.maxPacketBytes,
    now: Date.now,
    newSessionId: () => `${startedAt}-${++sessionCount}`,
    stats,
    onRefused(what, username, address, detail) {
      if (++refusalsTold > MAX_REFUSALS_TOLD) return
      const [name, why] = [username.slice(0, MAX_TOLD_LENGTH), detail.slice(0, MAX_TOLD_LENGTH)]
      post({ type: 'refused', what, username: name, address, detail: why })
    },
  })
  rememberInFlight(broker, journal)

  const server = createServer((socket) => broker.accept(socket))
  const port = await listen(server, data.host, data.port)
  const tlsServer = data.tls && openTlsServer(data.tls, broker)
  const tlsPort = data.tls && tlsServer ? await listen(tlsServer, data.tls.host, data.tls.port) : null

  loopDelay.enable()
  // Whoever was connected before is not any more, and the rules learn that from the first tick.
  journal.tick(Date.now(), true)
  const ticks = setInterval(() => {
    journal.tick(Date.now())
    refusalsTold = 0
    stats.loopDelayMs = loopDelay.max / 1e6
    loopDelay.reset()
    post({ type: 'stats', stats })
    post({ type: 'journal', state: journal.state() })
  }, TICK_MS)

  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    void server.close()
    void tlsServer?.close()
    await broker.close()
    clearInterval(ticks)
    await journal.close()
    post({ type: 'stopped' })
    parentPort?.close()
  }

  parentPort?.on('message', (message: ToGateway) => {
    switch (message.type) {
      case 'credential':
        if (message.credential) credentials.set(message.credential)
        else credentials.remove(message.username)
        // A replaced secret stops working at once, on open connections too.
        return broker.cut(message.username)
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
