/**
 * Devices as their makers write them, with MQTT.js: keep-alive, reconnects, messages kept until acknowledged, and a
 * clock of their own that may jump. Every message is numbered.
 */
import mqtt, { type MqttClient } from 'mqtt'
import type { SeqReport } from '../load/messages.js'
import { until } from './waiting.js'

export interface Devices {
  /** How many are connected at this moment. */
  readonly connected: number
  /** Adds to one device's clock, ms. */
  turnClock(index: number, ms: number): void
  /** No new messages; what is in flight goes on. */
  stop(): void
  /** Waits until everything sent is acknowledged, and says what was. */
  report(seconds?: number): Promise<SeqReport>
  close(): Promise<void>
}

export async function startDevices({
  port,
  ids,
  passwordById,
  keepAliveSeconds,
  everyMs,
}: {
  port: number
  ids: readonly string[]
  passwordById: ReadonlyMap<string, string>
  keepAliveSeconds: number
  /** Between two messages of one device; also how far apart their times are. */
  everyMs: number
}): Promise<Devices> {
  const offsets = ids.map(() => 0)
  const lastTs = ids.map(() => 0)
  const sent = ids.map(() => 0)
  const acknowledged: number[][] = ids.map(() => [])
  const clients: MqttClient[] = ids.map((id) =>
    mqtt.connect({
      host: '127.0.0.1',
      port,
      username: id,
      password: passwordById.get(id) ?? '',
      clientId: 'device',
      keepalive: keepAliveSeconds,
      connectTimeout: 3000,
      reconnectPeriod: 250,
      reconnectOnConnackError: true,
    }),
  )
  for (const client of clients) {
    client.on('error', () => {}) // the network is being cut; it comes back by itself
    markRepeats(client)
  }

  function publish(index: number, client: MqttClient): void {
    const [id = '', seq = 1] = [ids[index], (sent[index] ?? 0) + 1]
    sent[index] = seq
    const now = Date.now() + (offsets[index] ?? 0)
    // Two messages never share a time unless the clock goes back to it exactly.
    const ts = now === lastTs[index] ? now + 1 : now
    lastTs[index] = ts
    const reading = {
      ts,
      seq,
      serviceMode: 1,
      carStatus: 0,
      speed: 0,
      doorZone: true,
      door: 2,
      load: seq % 900,
    }
    client.publish(`teshe/v1/${id}/telemetry`, JSON.stringify(reading), { qos: 1 }, (error) => {
      if (!error) acknowledged[index]?.push(seq)
    })
  }

  const connected = () => clients.filter((client) => client.connected).length
  await until('every device is connected', () => connected() === ids.length)
  const publishing = setInterval(() => {
    for (const [index, client] of clients.entries()) publish(index, client)
  }, everyMs)

  return {
    get connected() {
      return connected()
    },
    turnClock(index, ms) {
      offsets[index] = (offsets[index] ?? 0) + ms
    },
    stop: () => clearInterval(publishing),
    async report(seconds = 60) {
      const total = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0)
      await until(
        'everything that the devices sent is acknowledged',
        () => total(acknowledged.map((seqs) => seqs.length)) >= total(sent),
        seconds,
      )
      const report: SeqReport = {}
      for (const [index, id] of ids.entries()) {
        report[id] = { sent: sent[index] ?? 0, acknowledged: acknowledged[index] ?? [] }
      }
      return report
    },
    async close() {
      clearInterval(publishing)
      await Promise.all(clients.map((client) => client.endAsync(true)))
    },
  }
}

/** MQTT.js repeats after a reconnect without the DUP flag, which the standard asks for [MQTT-3.3.1-1]. */
function markRepeats(client: MqttClient): void {
  const sentIds = new Set<number>()
  client.on('packetsend', (packet) => {
    if (packet.cmd !== 'publish' || packet.messageId === undefined) return
    packet.dup = sentIds.has(packet.messageId)
    sentIds.add(packet.messageId)
  })
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback' && packet.messageId !== undefined) sentIds.delete(packet.messageId)
  })
}
