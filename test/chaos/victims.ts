/** Lifts whose passengers press the alarm button, one after the other, while the service dies and comes back. */
import mqtt, { type MqttClient } from 'mqtt'

export interface Victims {
  /** Presses the button in the next lift; resolves when the message is acknowledged. */
  press(): Promise<string>
  /** Ids whose alarm was acknowledged. */
  acknowledged: string[]
  close(): Promise<void>
}

export function startVictims({
  port,
  ids,
  passwordById,
}: {
  port: number
  ids: readonly string[]
  passwordById: ReadonlyMap<string, string>
}): Victims {
  const clients: MqttClient[] = []
  const acknowledged: string[] = []
  let next = 0

  return {
    acknowledged,
    async press() {
      const id = ids[next++]
      if (id === undefined) throw new RangeError('no victim is left')
      const client = mqtt.connect({
        host: '127.0.0.1',
        port,
        username: id,
        password: passwordById.get(id) ?? '',
        clientId: 'victim',
        reconnectPeriod: 200,
      })
      client.on('error', () => {}) // the service is being killed; the client comes back by itself
      clients.push(client)
      const ts = Date.now()
      const reading = {
        ts,
        serviceMode: 1,
        carStatus: 0,
        speed: 0,
        doorZone: true,
        door: 2,
        passenger: true,
        alarmButton: true,
      }
      const { ...event } = { ts: ts + 1, code: 90, active: true, key: `press-${id}` }
      await client.publishAsync(`teshe/v1/${id}/telemetry`, JSON.stringify(reading), { qos: 1 })
      await client.publishAsync(`teshe/v1/${id}/event`, JSON.stringify(event), { qos: 1 })
      acknowledged.push(id)
      return id
    },
    async close() {
      await Promise.all(clients.map((client) => client.endAsync(true)))
    },
  }
}
