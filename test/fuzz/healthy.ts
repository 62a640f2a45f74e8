/** One device that does everything right while the others do not: it must be served the whole time. */
import { type LoadConnection, openLoadConnection } from '../load/connection.js'

const EVERY_MS = 20

export interface Healthy {
  /** ms from PUBLISH to PUBACK. */
  times: number[]
  sent: number
  /** How often its connection ended. */
  cuts: number
  readonly inFlight: number
  /** No new messages. */
  stop(): void
  close(): void
}

export function startHealthy({
  port,
  id,
  password,
}: {
  port: number
  id: string
  password: string
}): Healthy {
  const times: number[] = []
  let lastTs = 0
  const connection: LoadConnection = openLoadConnection({
    host: '127.0.0.1',
    port,
    username: id,
    password,
    topic: `teshe/v1/${id}/telemetry`,
    window: 50,
    reconnectMs: 200,
    onAck: (_tag, sentAt) => times.push(performance.now() - sentAt),
    onReady: () => {},
    onClose: () => {
      healthy.cuts++
    },
  })
  const publishing = setInterval(() => {
    lastTs = Math.max(Date.now(), lastTs + 1)
    if (connection.send(`{"ts":${lastTs},"carStatus":0,"speed":0,"door":2}`, 0)) healthy.sent++
  }, EVERY_MS)
  const healthy: Healthy = {
    times,
    sent: 0,
    cuts: 0,
    get inFlight() {
      return connection.inFlight
    },
    stop: () => clearInterval(publishing),
    close: () => connection.close(),
  }
  return healthy
}
