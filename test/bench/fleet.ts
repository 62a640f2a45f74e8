/** The fleet that the benchmarks publish with, and the service that they publish to. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Load, startLoad } from '../load/start.js'
import { lifts, seedDataDirectory } from '../service/seed.js'
import { type Service, startService } from '../service/start-service.js'
import { cpuOf } from './cpu.js'

/** Messages in flight on each connection (contract §9). */
export const WINDOW = 20

/** Fifty devices as fast as they are acknowledged are no devices; their limits are not what is measured. */
export const UNLIMITED = { TESHE_DEVICE_MESSAGES: '0', TESHE_DEVICE_BYTES: '0' }

export interface BenchService {
  /** The one that runs, or ran last. */
  readonly service: Service
  readonly dir: string
  ids: string[]
  passwords: string[]
  /** Figures of `/metrics` by name, labels included. */
  metrics(): Promise<Map<string, number>>
  readiness(): Promise<{ part: string; detail: Record<string, unknown> }[]>
  /** Positions of the journal that each reader has before it. */
  behind(): Promise<{ rules: number; history: number }>
  /** Starts it again in its directory after it was killed. */
  restart(): Promise<void>
  /** CPU seconds that its process has used. */
  cpu(): number
  close(): Promise<void>
}

export async function startBenchService({
  equipment,
  env = {},
  entry,
}: {
  equipment: number
  env?: Record<string, string>
  entry?: string
}): Promise<BenchService> {
  const dir = mkdtempSync(join(tmpdir(), 'teshe-bench-'))
  const fleet = lifts(equipment)
  const { passwordById } = await seedDataDirectory({ dir, equipment: fleet })
  const ids = fleet.flatMap(({ id }) => id ?? [])
  const start = () => startService({ dir, env: { TESHE_LOG_LEVEL: 'info', ...env }, ...(entry && { entry }) })
  let service = await start()

  async function readiness() {
    const { parts } = (await (await fetch(`${service.http}/readyz`)).json()) as {
      parts: { part: string; detail: Record<string, unknown> }[]
    }
    return parts
  }

  return {
    get service() {
      return service
    },
    dir,
    ids,
    passwords: ids.map((id) => passwordById.get(id) ?? ''),
    async metrics() {
      const text = await (await fetch(`${service.http}/metrics`)).text()
      const figures = new Map<string, number>()
      for (const line of text.split('\n')) {
        const at = line.lastIndexOf(' ')
        if (!line.startsWith('#') && at > 0) figures.set(line.slice(0, at), Number(line.slice(at + 1)))
      }
      return figures
    },
    readiness,
    async behind() {
      const parts = await readiness()
      const behindOf = (name: string) => Number(parts.find(({ part }) => part === name)?.detail.behind ?? 0)
      return { rules: behindOf('rules'), history: behindOf('history') }
    },
    async restart() {
      service = await start()
    },
    cpu: () => cpuOf(service.process.pid ?? 0),
    async close() {
      await service.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export async function connectLoad(
  port: number,
  { ids, passwords }: { ids: string[]; passwords: string[] },
  { window = WINDOW, burst = 1 }: { window?: number; burst?: number } = {},
): Promise<Load> {
  const load = startLoad()
  await load.connect({
    host: '127.0.0.1',
    port,
    ids,
    passwords,
    window,
    burst,
    rate: 0,
    reconnectMs: 0,
    withSeq: false,
  })
  return load
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
