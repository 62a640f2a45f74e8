/**
 * `connections`: as many idle devices as the open-file limit allows, what each costs the service in memory, and how long
 * all of them take to come back after a restart, while others publish.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../src/runtime/package-root.js'
import { freePort } from '../helpers/free-port.js'
import { startLoad } from '../load/start.js'
import { lifts, seedDataDirectory } from '../service/seed.js'
import { type Service, startService } from '../service/start-service.js'
import { pause } from './fleet.js'
import type { FromIdle, IdleSpec } from './idle-devices.js'

const MOST = 20_000
/** Files that the service has open beside its devices: stores, threads, listeners. */
const OTHER_FILES = 300
const ACTIVE = 50
const ACTIVE_RATE = 500
const PROCESSES = 2

export async function benchConnections({
  seconds,
  most = MOST,
}: {
  seconds: number
  most?: number
}): Promise<Record<string, number>> {
  const limit = openFileLimit()
  const idle = Math.min(most, limit - OTHER_FILES - ACTIVE)
  console.log(`open-file limit ${limit}: ${idle} idle devices, ${ACTIVE} that publish`)
  const dir = mkdtempSync(join(tmpdir(), 'teshe-bench-'))
  const { passwordById } = await seedDataDirectory({ dir, equipment: lifts(idle + ACTIVE) })
  const ids = [...passwordById.keys()]
  const env = {
    TESHE_HTTP_PORT: String(await freePort()),
    TESHE_MQTT_PORT: String(await freePort()),
    TESHE_CONNECTIONS_PER_ADDRESS: '0',
  }
  const start = () => startService({ dir, env })
  let service = await start()
  const active = ids.slice(idle)
  const load = startLoad()
  await load.connect({
    host: '127.0.0.1',
    port: service.mqttPort,
    ids: active,
    passwords: active.map((id) => passwordById.get(id) ?? ''),
    window: 20,
    rate: 0,
    reconnectMs: 200,
    withSeq: false,
  })

  const before = residentBytes(service)
  const devices = startDevices(service.mqttPort, ids.slice(0, idle), passwordById)
  const began = performance.now()
  await devices.all(idle)
  const firstSeconds = (performance.now() - began) / 1000
  await pause(5000)
  const bytesEach = Math.round((residentBytes(service) - before) / idle)
  console.log(`  all in after ${firstSeconds.toFixed(1)} s, ${bytesEach} bytes of memory each`)
  const calm = await load.run(Math.min(10, seconds), ACTIVE_RATE)

  const stopped = performance.now()
  await service.stop()
  service = await start()
  const readySeconds = (performance.now() - stopped) / 1000
  const back = performance.now()
  load.go(ACTIVE_RATE)
  await devices.all(idle)
  const backSeconds = (performance.now() - back) / 1000
  const meanwhile = await load.stop()
  console.log(
    `  restarted in ${readySeconds.toFixed(1)} s, all back ${backSeconds.toFixed(1)} s later, PUBACK p99 ${meanwhile.p99} ms`,
  )
  devices.end()
  await load.end()
  await service.stop()
  rmSync(dir, { recursive: true, force: true })
  return {
    openFileLimit: limit,
    idleConnections: idle,
    bytesEach,
    firstAllInSeconds: round(firstSeconds),
    calmAckP99Ms: calm.p99,
    restartSeconds: round(readySeconds),
    allBackSeconds: round(backSeconds),
    connectTries: devices.tries(),
    meanwhileRate: Math.round(meanwhile.acknowledged / meanwhile.seconds),
    meanwhileAckP50Ms: meanwhile.p50,
    meanwhileAckP99Ms: meanwhile.p99,
    meanwhileAckWorstMs: meanwhile.max,
  }
}

/** Memory that the process takes of the machine, whichever thread uses it. */
function residentBytes({ process: { pid } }: Service): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024
}

function startDevices(port: number, ids: readonly string[], passwordById: ReadonlyMap<string, string>) {
  const share = Math.ceil(ids.length / PROCESSES)
  const told: FromIdle[] = []
  const children: ChildProcess[] = []
  for (let index = 0; index < PROCESSES; index++) {
    const child = fork(join(packageRoot(), 'dist/test/bench/idle-devices.js'))
    child.on('message', (message) => {
      told[index] = message as FromIdle
    })
    const own = ids.slice(index * share, (index + 1) * share)
    const passwords = own.map((id) => passwordById.get(id) ?? '')
    const spec: IdleSpec = { port, localAddress: `127.0.0.${2 + index}`, ids: own, passwords }
    child.send(spec)
    children.push(child)
  }
  const sum = (part: keyof FromIdle) => told.reduce((total, one) => total + one[part], 0)
  return {
    async all(count: number): Promise<void> {
      while (sum('open') < count) await pause(20)
    },
    tries: () => sum('tries'),
    end() {
      for (const child of children) child.disconnect()
    },
  }
}

/** Files that a process of ours may have open. */
function openFileLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1024)
  } catch {
    return 1024
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
