/** What the acceptance tests share: the service over a seeded directory, people at its API, devices at its MQTT port. */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { NewEquipment } from '../../src/registry/equipment.js'
import type { Registry } from '../../src/registry/registry.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { SEEDER, seedDataDirectory } from '../service/seed.js'
import { type Service, startService } from '../service/start-service.js'

/** The machine may be busy with other tests; a condition that holds at all holds long before this. */
export const PATIENCE = { timeoutMs: 40_000, everyMs: 50 }

export const DESK = { username: 'desk', password: 'desk-of-the-96333' }

export interface House {
  dir: string
  service: Service
  /** Device secrets by equipment id. */
  passwordById: ReadonlyMap<string, string>
}

/** Seeds equipment with secrets and the dispatcher `desk`, then starts the service. */
export async function openHouse({
  equipment,
  databaseUrl,
  env = {},
  more,
}: {
  equipment: readonly NewEquipment[]
  databaseUrl?: string
  env?: Record<string, string>
  more?: (registry: Registry) => Promise<void>
}): Promise<House> {
  const dir = tempDir('house')
  const { passwordById } = await seedDataDirectory({
    dir,
    equipment,
    ...(databaseUrl !== undefined && { databaseUrl }),
    async more(registry) {
      await registry.accounts.create({ ...DESK, role: 'dispatcher' }, SEEDER)
      await more?.(registry)
    },
  })
  const service = await startService({
    dir,
    env: { ...(databaseUrl !== undefined && { TESHE_DATABASE_URL: databaseUrl }), ...env },
  })
  return { dir, service, passwordById }
}

export interface Reply<T> {
  status: number
  body: T
}

/** One request; the answer whatever its status. */
export async function ask<T>(
  base: string,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: unknown } = {},
): Promise<Reply<T>> {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T }
}

export interface Device {
  readonly client: MqttClient
  /** Resolves when the service has acknowledged it; a `ts` of now is added unless the message has one. */
  say(topic: 'telemetry' | 'event' | 'status', message: Record<string, unknown>): Promise<void>
  /** The payload as it is, on any topic. */
  publish(topic: string, payload: string | Buffer): Promise<void>
  close(): Promise<void>
}

/** Connects a device by MQTT; rejects with the broker's answer when it is refused. */
export async function connectDevice(
  { service, passwordById }: House,
  id: string,
  options: IClientOptions = {},
): Promise<Device> {
  const client = mqtt.connect({
    host: '127.0.0.1',
    port: service.mqttPort,
    clientId: id,
    username: id,
    password: passwordById.get(id) ?? '',
    reconnectPeriod: 0,
    connectTimeout: PATIENCE.timeoutMs,
    ...options,
  })
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', reject)
    client.once('close', () => reject(new Error(`connection of ${id} closed before it was accepted`)))
  })
  // What ends a connection later is seen by whoever waits for it.
  client.on('error', () => {})

  async function publish(topic: string, payload: string | Buffer): Promise<void> {
    await client.publishAsync(topic, payload, { qos: 1 })
  }
  return {
    client,
    publish,
    say: (topic, message) =>
      publish(`teshe/v1/${id}/${topic}`, JSON.stringify({ ts: Date.now(), ...message })),
    close: () => client.endAsync(),
  }
}

/** Value of a metric that has these labels, 0 while it was never counted. */
export async function metric(
  service: Service,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const text = await (await fetch(`${service.http}/metrics`)).text()
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

/** Waits until a counter stands at this value; counters are brought up to date every second. */
export async function waitForMetric(
  service: Service,
  name: string,
  labels: Record<string, string>,
  value: number,
): Promise<void> {
  let last = 0
  const holds = async () => {
    last = await metric(service, name, labels)
    return last === value
  }
  const what = `${name} ${JSON.stringify(labels)} is ${value}`
  await waitFor(what, holds, { ...PATIENCE, everyMs: 250 }).catch((cause: unknown) => {
    throw new Error(`${what}, but it is ${last}`, { cause })
  })
}
