/** The real neighbours that tests start, where they are found, and which suites had to go without. */
import { appendFileSync, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Every neighbour: what it is called on disk, the Debian package that brings it, and where else to get it. */
export const NEIGHBOURS = [
  { binary: 'influxd', package: 'influxdb', get: 'InfluxDB 1.x from portal.influxdata.com/downloads' },
  {
    binary: 'victoria-metrics',
    package: 'victoria-metrics',
    get: 'VictoriaMetrics from github.com/VictoriaMetrics',
  },
  { binary: 'mosquitto', package: 'mosquitto', get: 'Mosquitto from mosquitto.org/download' },
  { binary: 'mosquitto_pub', package: 'mosquitto-clients', get: 'Mosquitto from mosquitto.org/download' },
  { binary: 'postgres', package: 'postgresql', get: 'PostgreSQL from postgresql.org/download' },
  { binary: 'chromium', package: 'chromium', get: 'Chromium from the package manager' },
  { binary: 'paho', package: 'python3-paho-mqtt', get: 'python3-paho-mqtt from the package manager' },
  {
    binary: 'libfaketimeMT.so.1',
    package: 'libfaketime',
    get: 'libfaketime from the package manager, on Linux',
  },
  { binary: 'strace', package: 'strace', get: 'strace from the package manager, on Linux' },
] as const
export type Neighbour = (typeof NEIGHBOURS)[number]['binary']

/** The path of a program or of a Python package, or null; looks beyond PATH where distributions put them. */
export function installed(binary: string): string | null {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    // Where Debian puts what Python imports.
    '/usr/lib/python3/dist-packages',
    ...postgresqlFolders(),
    ...faketimeFolders(),
  ]
  return folders.map((folder) => join(folder, binary)).find((path) => existsSync(path)) ?? null
}

/** Newest version first. */
function postgresqlFolders(): string[] {
  const base = '/usr/lib/postgresql'
  if (!existsSync(base)) return []
  return readdirSync(base)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(base, version, 'bin'))
}

/** One for each architecture. */
function faketimeFolders(): string[] {
  if (!existsSync('/usr/lib')) return []
  const machines = readdirSync('/usr/lib').filter((name) => name.includes('-linux-gnu'))
  return machines.map((machine) => join('/usr/lib', machine, 'faketime'))
}

/**
 * For `describe.skipIf(leftOut('history on InfluxDB 1', 'influxd'))`: true when the neighbour is missing, and then the
 * run's summary names the suite. With `CI=true` nothing may be left out, so it throws.
 */
export function leftOut(suite: string, binary: Neighbour): boolean {
  if (installed(binary)) return false
  const get = NEIGHBOURS.find((neighbour) => neighbour.binary === binary)?.get
  const sentence = `${suite}: left out, ${binary} is not installed (${get})`
  if (process.env.CI === 'true') throw new Error(sentence)
  const record = process.env.TEST_LEFT_OUT_FILE
  if (record) appendFileSync(record, `${sentence}\n`)
  else console.error(sentence)
  return true
}
