/** `npm run backup`: a copy of a data directory, of a running service or of one that is stopped. */
import { existsSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { TesheError } from '../errors.js'
import { openDuckDbFile } from '../history/duckdb-file.js'
import { copyEmbedded } from '../history/embedded-copy.js'
import { type BackupOptions, createBackup } from './backup.js'
import { createShare, lockDataDir, readSettingsOfService, runCommand, usableDataDir } from './command.js'
import { findService, type RunningService } from './control-client.js'
import type { PinnedCopy } from './cut.js'
import { createPace } from './files.js'
import { pinPostgres } from './postgres-dump.js'

const COMMAND = {
  usage:
    'npm run backup -- --to DIR [--data DIR]\n\nCopies the data directory, while the service runs or not. Settings come from the environment and .env.',
  interrupted: 'nothing is left of it',
  flags: {
    to: { value: 'DIR', meaning: 'where to; empty or not there yet', required: true },
    data: { value: 'DIR', meaning: 'data directory, TESHE_DATA_DIR unless given' },
    rate: { value: 'MB', meaning: 'megabytes a second at most, 50 unless given' },
    'without-database': { value: null, meaning: 'a PostgreSQL is dumped by somebody else' },
  },
}
const RATE_MB = 50
/** The service comes first. */
const NICE = 10

export function backupCommand(args: readonly string[]): Promise<number> {
  return runCommand(COMMAND, args, async ({ given, signal, version }) => {
    setPriority(NICE)
    const config = readSettingsOfService()
    const dataDir = usableDataDir(String(given.data ?? config.data.dir))
    const rate = Number(given.rate ?? RATE_MB)
    if (!(rate > 0)) throw new TesheError('CONFIG_INVALID', [`  --rate must be above 0 (is ${given.rate})`])
    const service = await findService(dataDir)
    const lock = service ? null : lockDataDir(dataDir)
    const leaving = () => service?.release()
    signal.addEventListener('abort', leaving, { once: true })
    try {
      const postgres = service ? service.about.database === 'postgres' : config.database.url !== null
      const apart = postgres && given['without-database'] === true
      const manifest = await createBackup({
        dataDir,
        to: String(given.to),
        pinHistory: (file) =>
          service?.about.history === 'embedded' ? pinBesideService(service, file) : pinAlone(dataDir, file),
        pinDatabase: postgres && !apart ? () => pinPostgres(addressOf(config.database.url?.reveal())) : null,
        database: !postgres ? 'sqlite' : apart ? 'apart' : 'postgres',
        version,
        pace: createPace(rate * 1e6),
        onStep: (step) => console.log(step),
        now: Date.now,
        signal: service ? AbortSignal.any([signal, service.lost]) : signal,
      } satisfies BackupOptions)
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
      console.log(
        `backup of ${manifest.moment}: ${manifest.files.length} files, ${(bytes / 1e6).toFixed(1)} MB in ${given.to}`,
      )
      console.log('It holds keys, secrets and personal data: keep it as safe as the data directory.')
      if (!existsSync(join(dataDir, 'secret-key'))) {
        console.log('TESHE_SECRET_KEY comes from your settings and is not in it: keep that too.')
      }
      if (apart)
        console.log(
          'The database is not in it, and fits it only when it was dumped while the service was stopped.',
        )
      if (manifest.history === 'influx')
        console.log('The points of InfluxDB are not in it: copy them after this with its own tools.')
    } finally {
      signal.removeEventListener('abort', leaving)
      service?.release()
      lock?.close()
    }
  })
}

function addressOf(url: string | undefined): string {
  if (url) return url
  throw new TesheError('BACKUP_DATABASE_UNREACHED', ['give TESHE_DATABASE_URL as the service has it'])
}

/** Resolves when the history thread of the service has fixed its moment. */
function pinBesideService(service: RunningService, file: string): Promise<PinnedCopy> {
  return new Promise((resolve, reject) => {
    const done = service.copyHistory(file, {
      onPinned: (position) => resolve({ position, done, cancel: () => service.release() }),
      onProgress: createShare('history'),
    })
    done.catch(reject)
  })
}

/** Nobody else has the file open, and nobody can open it before we are done. */
function pinAlone(dataDir: string, file: string): Promise<PinnedCopy> {
  return new Promise((resolve, reject) => {
    const ending = new AbortController()
    const copy = async (): Promise<void> => {
      const store = await openDuckDbFile(join(dataDir, 'history', 'history.duckdb'))
      try {
        await copyEmbedded({
          connection: await store.connect(),
          file,
          onPinned: (cursor) =>
            resolve({ position: Math.max(...cursor), done, cancel: () => ending.abort() }),
          onProgress: createShare('history'),
          rest: () => Promise.resolve(),
          now: Date.now,
          signal: ending.signal,
        })
      } finally {
        store.close()
      }
    }
    const done = copy()
    done.catch(reject)
  })
}
