/** Lifts whose passengers press the alarm button, one after the other, while something breaks. */
import mqtt, { type MqttClient } from 'mqtt'

export interface Victims {
  /** Presses the button in the next lift; resolves when the message is acknowledged. */
  press(): Promise<string>
  /** Which lift is next. */
  readonly next: string
  /** Connects the next one before it is needed, so that a press is the message alone. */
  ready(): Promise<void>
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
  const clientById = new Map<string, MqttClient>()
  const acknowledged: string[] = []
  let index = 0

  function nextId(): string {
    const id = ids[index]
    if (id === undefined) throw new RangeError('no victim is left')
    return id
  }

  function clientOf(id: string): MqttClient {
    const known = clientById.get(id)
    if (known) return known
    const client = mqtt.connect({
      host: '127.0.0.1',
      port,
      username: id,
      password: passwordById.get(id) ?? '',
      clientId: 'victim',
      reconnectPeriod: 200,
      // A journal that takes nothing answers CONNACK 3, which passes.
      reconnectOnConnackError: true,
    })
    client.on('error', () => {}) // the service is being killed; the client comes back by itself
    clientById.set(id, client)
    return client
  }

  return {
    acknowledged,
    get next() {
      return nextId()
    },
    async ready() {
      const client = clientOf(nextId())
      if (!client.connected) await new Promise<void>((resolve) => client.once('connect', () => resolve()))
    },
    async press() {
      const id = nextId()
      index++
      const client = clientOf(id)
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
      const event = { ts: ts + 1, code: 90, active: true, key: `press-${id}` }
      await Promise.all([
        client.publishAsync(`teshe/v1/${id}/telemetry`, JSON.stringify(reading), { qos: 1 }),
        client.publishAsync(`teshe/v1/${id}/event`, JSON.stringify(event), { qos: 1 }),
      ])
      acknowledged.push(id)
      return id
    },
    async close() {
      await Promise.all([...clientById.values()].map((client) => client.endAsync(true)))
    },
  }
}
