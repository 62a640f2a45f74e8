/**
 * What every scenario stands on: a seeded data directory, the service in it on ports that stay the same over its deaths,
 * a load whose every message is numbered, lifts whose alarm button is pressed, and a receiver of notices.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../helpers/free-port.js'
import type { LoadFigures, SeqReport } from '../load/messages.js'
import { type Load, startLoad } from '../load/start.js'
import { lifts, SEEDER, seedDataDirectory } from '../service/seed.js'
import { type Service, startService } from '../service/start-service.js'
import { type Receiver, startReceiver } from './receiver.js'
import { startVictims, type Victims } from './victims.js'
import { pause, until } from './waiting.js'

export const DESK = { username: 'desk', password: 'chaos-monkey-9' }
/** Ticks go on, so a reader is never quite at the head. */
const NEARLY_NOTHING = 100

export interface Part {
  part: string
  ready: boolean
  detail: Record<string, unknown>
}

export interface World {
  dir: string
  http: string
  mqttPort: number
  /** Lifts that publish numbered readings. */
  ids: string[]
  passwordById: ReadonlyMap<string, string>
  victims: Victims
  receiver: Receiver
  /** The service that runs, or ran last. */
  readonly service: Service
  /** Starts the service; rejects when it ends before it is ready. */
  start(env?: Record<string, string>): Promise<Service>
  /** Connects the load to the service, or to something that stands before it. */
  connectLoad(options: { rate: number; window?: number; port?: number }): Promise<Load>
  /** Parts of `/readyz`; none while nobody answers. */
  readiness(): Promise<Part[]>
  part(name: string): Promise<Part | undefined>
  metric(name: string): Promise<number>
  /** Positions that rules and history still have to read, the worse of them. */
  behind(): Promise<number>
  /** Waits until both have read everything, or all but `nearly` positions of it; the seconds it took. */
  drained(seconds?: number, nearly?: number): Promise<number>
  /** Stops the load and waits until what is in flight is acknowledged, everything is read, and every notice has gone. */
  settle(load: Load, drainSeconds?: number): Promise<{ figures: LoadFigures; report: SeqReport }>
  /** Stops the service and everything else; the directory goes unless it is to be kept. */
  close(keep?: boolean): Promise<void>
}

export async function openWorld({
  connections,
  victims: victimCount,
  env: always = {},
  databaseUrl,
  dir = mkdtempSync(join(tmpdir(), 'teshe-chaos-')),
  wrap = [],
}: {
  connections: number
  victims: number
  env?: Record<string, string>
  databaseUrl?: string
  dir?: string
  /** A program that the service runs under. */
  wrap?: string[]
}): Promise<World> {
  const receiver = await startReceiver()
  const equipment = lifts(connections + victimCount)
  const { passwordById } = await seedDataDirectory({
    dir,
    equipment,
    ...(databaseUrl !== undefined && { databaseUrl }),
    async more(registry) {
      const { id } = await registry.organisations.create({ name: 'Rescuers', type: 'maintainer' }, SEEDER)
      for (const lift of equipment) lift.maintainerId = id
      await registry.accounts.create({ ...DESK, role: 'dispatcher' }, SEEDER)
    },
  })
  const all = equipment.flatMap(({ id }) => id ?? [])
  const ids = all.slice(0, connections)
  const [httpPort, mqttPort] = [await freePort(), await freePort()]
  const http = `http://127.0.0.1:${httpPort}`
  const victims = startVictims({ port: mqttPort, ids: all.slice(connections), passwordById })
  let service: Service | null = null
  // A scenario that fails leaves nobody behind.
  process.once('exit', () => service?.process.kill('SIGKILL'))

  async function ask(path: string): Promise<string> {
    return await (await fetch(http + path, { signal: AbortSignal.timeout(5000) })).text()
  }

  const world: World = {
    dir,
    http,
    mqttPort,
    ids,
    passwordById,
    victims,
    receiver,
    get service() {
      if (!service) throw new Error('the service has not been started')
      return service
    },
    async start(env = {}) {
      service = await startService({
        dir,
        entry: 'dist/test/chaos/service.js',
        wrap,
        env: {
          TESHE_HTTP_PORT: String(httpPort),
          TESHE_MQTT_PORT: String(mqttPort),
          TESHE_WEBHOOK_URL: receiver.url,
          TESHE_WEBHOOK_SECRET: 'chaos-webhook-secret',
          ...(databaseUrl !== undefined && { TESHE_DATABASE_URL: databaseUrl }),
          ...always,
          ...env,
        },
      })
      const started = service
      void started.exited.then((code) => {
        // A signal has no code: what we killed ourselves is no news.
        if (code === null || code === 0) return
        console.log(`the service ended with ${code}:\n${started.lines.slice(-25).join('\n')}`)
      })
      return service
    },
    async connectLoad({ rate, window = 50, port = mqttPort }) {
      const load = startLoad()
      await load.connect({
        host: '127.0.0.1',
        port,
        ids,
        passwords: ids.map((id) => passwordById.get(id) ?? ''),
        window,
        rate,
        reconnectMs: 200,
        withSeq: true,
      })
      return load
    },
    async readiness() {
      const text = await ask('/readyz').catch(() => '')
      try {
        return (JSON.parse(text) as { parts?: Part[] }).parts ?? []
      } catch {
        return []
      }
    },
    part: async (name) => (await world.readiness()).find(({ part }) => part === name),
    async metric(name) {
      const line = (await ask('/metrics')).split('\n').find((one) => one.startsWith(`${name} `))
      return Number(line?.slice(line.lastIndexOf(' ')) ?? Number.NaN)
    },
    async behind() {
      const readers = (await world.readiness()).filter(({ part }) => part === 'rules' || part === 'history')
      if (readers.length < 2) return Number.POSITIVE_INFINITY
      return Math.max(...readers.map(({ detail }) => Number(detail.behind)))
    },
    drained: (seconds = 120, nearly = NEARLY_NOTHING) =>
      until('rules and history have read everything', async () => (await world.behind()) < nearly, seconds),
    async settle(load, drainSeconds) {
      const figures = await load.stop()
      await until('everything in flight is acknowledged', async () => (await load.report()).inFlight === 0)
      await world.drained(drainSeconds)
      // A reading that came with the last commit is in the store a moment later than the cursor says.
      await pause(500)
      await until('every notice has gone', async () => {
        const before = receiver.arrivals.size
        await pause(1500)
        return receiver.arrivals.size === before
      })
      const { report } = await load.report()
      await load.end()
      return { figures, report }
    },
    async close(keep = false) {
      await victims.close()
      await service?.stop()
      receiver.close()
      if (keep) console.log(`data kept in ${dir}`)
      else rmSync(dir, { recursive: true, force: true })
    },
  }
  return world
}
