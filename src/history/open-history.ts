/** Opens the store that the settings name: the embedded one, or an InfluxDB whose version is found out when it answers. */
import { join } from 'node:path'
import type { RetentionSettings } from '../model/retention.js'
import { createSleep } from '../runtime/sleep.js'
import { openEmbedded } from './embedded.js'
import type { OwnedStore } from './history.js'
import type { InfluxConnection } from './influx-connection.js'
import { openInfluxLedger } from './influx-ledger.js'
import { createInfluxStore } from './influx-store.js'
import { detectInflux, type InfluxMajor } from './influx-version.js'
import { openInflux1 } from './influx1.js'
import { openInflux2 } from './influx2.js'

export interface InfluxSettings {
  url: string
  /** `detect`, and unset: the server is asked. */
  version?: InfluxMajor | 'detect' | undefined
  /** Database of 1.x. */
  database: string
  /** Bucket of 2.x, database of 3; unset: the name of the database. */
  bucket?: string | undefined
  org?: string | null | undefined
  username?: string | null | undefined
  password?: string | undefined
  token?: string | undefined
}

export interface HistorySettings {
  /** The history keeps its files in `{dataDir}/history`. */
  dataDir: string
  influx?: InfluxSettings | undefined
  retention: RetentionSettings
}

/** An InfluxDB that does not answer now is no reason not to start: its first write says so. */
export async function openHistory({
  dataDir,
  influx,
  retention,
  now,
}: HistorySettings & {
  /** ms since 1970. */
  now: () => number
}): Promise<OwnedStore> {
  const dir = join(dataDir, 'history')
  if (!influx) return await openEmbedded({ dir, retention })
  const ledger = openInfluxLedger({
    path: join(dir, 'influx.sqlite'),
    target: [influx.url, influx.database, influx.bucket ?? ''].join(' '),
  })
  const sleep = createSleep(now)
  return createInfluxStore({
    name: 'InfluxDB',
    ledger,
    now,
    retention,
    pause: (ms) => sleep(now() + ms, new AbortController().signal),
    connect: () => connectInflux(influx),
  })
}

async function connectInflux(influx: InfluxSettings): Promise<InfluxConnection> {
  const { url, version = 'detect', database, bucket = database, password, token } = influx
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Token ${token}` }
  const { major, full } =
    version === 'detect' ? await detectInflux({ url, headers }) : { major: version, full: version }
  if (major === '1')
    return await openInflux1({
      url,
      version: full,
      database,
      username: influx.username ?? undefined,
      password,
    })
  return openInflux2({ url, version: full, bucket, org: influx.org ?? '', token })
}
