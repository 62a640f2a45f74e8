/** The load process: many devices publishing 14-signal lift readings, as fast as acknowledged or at a rate. */
import { type LoadConnection, openLoadConnection } from './connection.js'
import type { FromLoad, LoadFigures, LoadSpec, SeqReport, ToLoad } from './messages.js'
import { liftReading } from './reading.js'

const PACE_MS = 5
/** Latencies are counted in tenths of a millisecond up to ten seconds. */
const LATENCY_STEPS = 100_000

let spec: LoadSpec | null = null
let connections: LoadConnection[] = []
let sentSeq: Int32Array = new Int32Array(0)
let ackedSeq: number[][] = []
let running = false
/** Which run is under way: the timer of one before must not go on in it. */
let runs = 0
let rate = 0
let latencies = new Uint32Array(LATENCY_STEPS)
let sent = 0
let acknowledged = 0
let held = 0
let bytes = 0
let startedAt = 0
let cpuAtStart = process.cpuUsage()

function post(message: FromLoad): void {
  process.send?.(message)
}

let lastTs = new Float64Array(0)

function payload(index: number): string {
  // Two readings of one equipment never share a millisecond, or the later would rightly replace the earlier.
  const ts = Math.max(Date.now(), (lastTs[index] ?? 0) + 1)
  lastTs[index] = ts
  return liftReading(ts, sentSeq[index] ?? 0, spec?.withSeq)
}

function sendOne(index: number): boolean {
  const text = payload(index)
  const tag = (sentSeq[index] ?? 0) + 1
  if (!connections[index]?.send(text, tag)) return false
  sentSeq[index] = tag
  sent++
  bytes += text.length
  return true
}

function onAck(index: number, tag: number, sentAt: number): void {
  acknowledged++
  const step = Math.min(LATENCY_STEPS - 1, Math.round((performance.now() - sentAt) * 10))
  latencies[step] = (latencies[step] ?? 0) + 1
  if (spec?.withSeq) ackedSeq[index]?.push(tag)
  if (running && rate === 0) sendOne(index)
}

function connectAll(next: LoadSpec): void {
  spec = next
  const began = performance.now()
  let ready = 0
  let opened = 0
  sentSeq = new Int32Array(next.ids.length)
  lastTs = new Float64Array(next.ids.length)
  ackedSeq = next.ids.map(() => [])
  connections = []
  const told = new Set<number>()
  function open(index: number): void {
    const id = next.ids[index] ?? ''
    connections[index] = openLoadConnection({
      host: next.host,
      port: next.port,
      username: id,
      password: next.passwords[index] ?? '',
      topic: `teshe/v1/${id}/telemetry`,
      window: next.window,
      reconnectMs: next.reconnectMs,
      onAck: (tag, sentAt) => onAck(index, tag, sentAt),
      onReady: () => {
        if (!told.has(index)) {
          told.add(index)
          ready++
          if (opened < next.ids.length) open(opened++)
          if (ready === next.ids.length) {
            post({ type: 'connected', connections: ready, seconds: (performance.now() - began) / 1000 })
          }
        }
        if (running && rate === 0) fill(index)
      },
      onClose: () => {},
    })
  }
  // Two hundred handshakes at a time: the listen queue is not what is measured.
  while (opened < Math.min(200, next.ids.length)) open(opened++)
}

function fill(index: number): void {
  while (sendOne(index));
}

function go(at: number): void {
  rate = at
  running = true
  runs++
  latencies = new Uint32Array(LATENCY_STEPS)
  sent = 0
  acknowledged = 0
  held = 0
  bytes = 0
  startedAt = performance.now()
  cpuAtStart = process.cpuUsage()
  if (rate === 0) for (let index = 0; index < connections.length; index++) fill(index)
  else pace(runs, 0, 0)
}

function pace(run: number, done: number, index: number): void {
  if (!running || run !== runs) return
  const due = Math.floor(((performance.now() - startedAt) / 1000) * rate)
  let next = index
  let tries = 0
  let made = done
  const burst = spec?.burst ?? 1
  while (made + burst <= due && tries < connections.length) {
    let taken = 0
    while (taken < burst && sendOne(next)) taken++
    made += taken
    tries = taken > 0 ? 0 : tries + 1
    next = (next + 1) % connections.length
  }
  // What no window could take is not made up for later: the offered rate stays what it is.
  const late = due - made
  const waits = late < burst ? late : 0
  held += late - waits
  setTimeout(() => pace(run, due - waits, next), PACE_MS)
}

function figures(): LoadFigures {
  const cpu = process.cpuUsage(cpuAtStart)
  return {
    seconds: (performance.now() - startedAt) / 1000,
    sent,
    acknowledged,
    held,
    p50: percentile(0.5),
    p99: percentile(0.99),
    max: percentile(1),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    bytes,
  }
}

function percentile(share: number): number {
  let total = 0
  for (const count of latencies) total += count
  let left = Math.ceil(total * share)
  for (let step = 0; step < LATENCY_STEPS; step++) {
    left -= latencies[step] ?? 0
    if (left <= 0) return step / 10
  }
  return 0
}

process.on('message', (message: ToLoad) => {
  switch (message.type) {
    case 'connect':
      return connectAll(message.spec)
    case 'run':
      go(message.rate)
      return void setTimeout(() => {
        running = false
        post({ type: 'figures', figures: figures() })
      }, message.seconds * 1000)
    case 'go':
      return go(message.rate)
    case 'stop':
      running = false
      return post({ type: 'figures', figures: figures() })
    case 'report': {
      const report: SeqReport = {}
      for (const [index, id] of (spec?.ids ?? []).entries()) {
        report[id] = { sent: sentSeq[index] ?? 0, acknowledged: ackedSeq[index] ?? [] }
      }
      const inFlight = connections.reduce((sum, connection) => sum + connection.inFlight, 0)
      return post({ type: 'report', report, inFlight })
    }
    case 'end':
      for (const connection of connections) connection.close()
      post({ type: 'ended' })
      return process.disconnect()
  }
})
process.on('disconnect', () => process.exit(0))
