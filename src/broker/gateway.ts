/** The main thread's side of the gateway: starts it, tells it about log-ins, and appends our own records through it. */
import type { Worker } from 'node:worker_threads'
import { revive, TesheError } from '../errors.js'
import type { JournalState } from '../journal/journal.js'
import type { Rejection } from '../model/reading.js'
import type { RecordKind } from '../model/record.js'
import { startThread } from '../runtime/thread.js'
import type { TlsTexts } from '../runtime/tls-files.js'
import type {
  DeviceLogin,
  FromGateway,
  GatewayData,
  GatewayStats,
  IntakeTally,
  Refusal,
  ToGateway,
} from './messages.js'
import type { Offender } from './standing.js'

export interface GatewayOptions extends GatewayData {
  onRefused: (what: Refusal, username: string, address: string, detail: string) => void
  /** A payload that nobody can read, of a log-in; `head` is how it begins. */
  onRejected: (username: string, rejection: Rejection, head: string) => void
  onClaim: (username: string, hmac: Uint8Array, address: string) => void
  /** The outside broker: null when its messages come, else why not all do. */
  onUplink: (error: string | null) => void
  onJournalState: (state: JournalState) => void
  /** The thread has died: nothing is taken in any more. */
  onDeath: (error: TesheError) => void
}

export interface Gateway {
  /** The ports that devices connect to, in clear and encrypted. */
  readonly port: number
  readonly tlsPort: number | null
  /** Resolves with the position once the record is durable. */
  append(kind: RecordKind, equipment: string, payload: Uint8Array): Promise<number>
  /** Tells a device something; false when it does not listen. */
  command(equipment: string, payload: Uint8Array): Promise<boolean>
  /** `null` ends the log-in; `cut` ends its open connections. */
  setLogin(username: string, login: DeviceLogin | null, cut: boolean): void
  /** For TLS connections from now on. */
  setTls(texts: TlsTexts): void
  /** What a log-in did since the start. */
  tally(username: string): Promise<IntakeTally>
  /** The log-ins with most refused, unreadable or slowed since the start, worst first. */
  offenders(limit: number): Promise<Offender[]>
  /** Lets the journal drop what is old and behind all of these. */
  retain(cursors: Float64Array[]): void
  stats(): GatewayStats | null
  journal(): JournalState | null
  /** Stops the intake, commits what is in flight and ends the thread. */
  close(): Promise<void>
}

/** Starts the thread; resolves when devices can connect, throws what kept it from starting. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { onRefused, onRejected, onClaim, onUplink, onJournalState, onDeath, ...data } = options
  const thread: Worker = startThread(
    new URL('./gateway-thread.js', import.meta.url),
    data satisfies GatewayData,
    data.readers.map(({ port }) => port),
  )

  const pending = new Map<number, { resolve: (value: number) => void; reject: (error: TesheError) => void }>()
  const asked = new Map<number, { resolve: (answer: unknown) => void; reject: (error: TesheError) => void }>()
  let requests = 0
  let port = 0
  let tlsPort: number | null = null
  let stats: GatewayStats | null = null
  let journal: JournalState | null = null
  let closing = false
  let over = false
  let stopped: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    stopped = () => {
      over = true
      const closed = new TesheError('JOURNAL_CLOSED', [])
      for (const { reject } of [...pending.values(), ...asked.values()]) reject(closed)
      pending.clear()
      asked.clear()
      resolve()
    }
  })

  function send(message: ToGateway): void {
    thread.postMessage(message)
  }

  /** Nobody answers any more, and whoever waited would wait through the whole shutdown. */
  function refuseWhenOver(reject: (error: TesheError) => void): boolean {
    if (over) reject(new TesheError('JOURNAL_CLOSED', []))
    return over
  }

  function request(make: (request: number) => ToGateway): Promise<number> {
    return new Promise((resolve, reject) => {
      if (refuseWhenOver(reject)) return
      const id = ++requests
      pending.set(id, { resolve, reject })
      send(make(id))
    })
  }

  function ask<T>(make: (request: number) => ToGateway): Promise<T> {
    return new Promise((resolve, reject) => {
      if (refuseWhenOver(reject)) return
      const id = ++requests
      asked.set(id, { resolve: resolve as (answer: unknown) => void, reject })
      send(make(id))
    })
  }

  function answered(id: number, answer: unknown): void {
    asked.get(id)?.resolve(answer)
    asked.delete(id)
  }

  function settle(id: number, error: string | null, value: number): void {
    const waiting = pending.get(id)
    pending.delete(id)
    if (error === null) waiting?.resolve(value)
    else waiting?.reject(new TesheError('JOURNAL_UNWRITABLE', [data.journalDir, error]))
  }

  await new Promise<void>((resolve, reject) => {
    thread.on('message', (message: FromGateway) => {
      switch (message.type) {
        case 'ready':
          port = message.port
          tlsPort = message.tlsPort
          return resolve()
        case 'failed':
          return reject(revive(message.code, message.message))
        case 'appended':
          return settle(message.request, message.error, message.position)
        case 'commanded':
          return settle(message.request, null, message.delivered ? 1 : 0)
        case 'journal':
          journal = message.state
          return onJournalState(message.state)
        case 'stats':
          stats = message.stats
          return
        case 'refused':
          return onRefused(message.what, message.username, message.address, message.detail)
        case 'rejected':
          return onRejected(
            message.username,
            { reason: message.reason, detail: message.detail },
            message.head,
          )
        case 'claim':
          return onClaim(message.username, message.hmac, message.address)
        case 'uplink':
          return onUplink(message.error)
        case 'tally':
          return answered(message.request, message.tally)
        case 'offenders':
          return answered(message.request, message.offenders)
        case 'stopped':
          return stopped()
      }
    })
    const died = (why: string) => {
      const error = new TesheError('THREAD_FAILED', ['gateway', why])
      reject(error)
      for (const [id] of pending) settle(id, why, 0)
      for (const { reject: fail } of asked.values()) fail(error)
      asked.clear()
      stopped()
      if (!closing) onDeath(error)
    }
    thread.on('error', (error) => died(error.message))
    thread.on('exit', (code) => died(`exit code ${code}`))
  })

  return {
    port,
    tlsPort,
    append: (kind, equipment, payload) =>
      request((id) => ({ type: 'append', request: id, kind, equipment, payload })),
    command: async (equipment, payload) =>
      (await request((id) => ({ type: 'command', request: id, equipment, payload }))) === 1,
    setLogin: (username, login, cut) => send({ type: 'login', username, login, cut }),
    setTls: (texts) => send({ type: 'tls', texts }),
    tally: (username) => ask((request) => ({ type: 'tally', request, username })),
    offenders: (limit) => ask((request) => ({ type: 'offenders', request, limit })),
    retain: (cursors) => send({ type: 'retain', cursors }),
    stats: () => stats,
    journal: () => journal,
    async close() {
      closing = true
      send({ type: 'stop' })
      await ended
      await thread.terminate()
    },
  }
}
