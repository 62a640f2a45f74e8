/** A backup: one moment of a data directory, copied at a bounded pace into a directory of its own. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { messageOf, TesheError } from '../errors.js'
import { syncDirectory } from '../runtime/sync-directory.js'
import { bytesOf, type Cut, type CutOptions, historiesOf, takeCut } from './cut.js'
import { copyFile, makePrivate, type Pace, sumFile } from './files.js'
import { type BackupFile, type Manifest, writeManifest } from './manifest.js'
import { pinSqlite } from './pinned-sqlite.js'

/** Where the dump of a PostgreSQL lies in a backup. */
export const DUMP_FILE = 'database.pgdump'
export const HISTORY_FILE = 'history/history.duckdb'

export interface BackupOptions extends Omit<CutOptions, 'pinHistory'> {
  to: string
  /** Begins to copy the embedded history into a file; resolves once its moment is fixed. */
  pinHistory: (file: string) => ReturnType<NonNullable<CutOptions['pinHistory']>>
  database: Manifest['database']
  version: string
  pace: Pace
  /** What is copied next. */
  onStep: (step: string) => void
  /** Aborted: the backup is taken back. */
  signal: AbortSignal
}

/** Leaves a complete backup or none. Throws BACKUP_TARGET_UNUSABLE, BACKUP_NO_ROOM, BACKUP_TORN, BACKUP_DATABASE_UNREACHED. */
export async function createBackup(options: BackupOptions): Promise<Manifest> {
  const dataDir = realpathSync(options.dataDir)
  const to = resolve(options.to)
  const made = !existsSync(to)
  prepareTarget(to, dataDir)
  try {
    return await fill({ ...options, dataDir, to })
  } catch (error) {
    // Nothing but our own was there.
    for (const name of readdirSync(to)) rmSync(join(to, name), { recursive: true, force: true })
    if (made) rmSync(to, { recursive: true, force: true })
    if (error instanceof TesheError || options.signal.aborted) throw error
    throw new TesheError('BACKUP_TARGET_UNUSABLE', [to, messageOf(error)], { cause: error })
  }
}

async function fill(options: BackupOptions): Promise<Manifest> {
  const { dataDir, to, pace, onStep, signal } = options
  const { embedded, influx } = historiesOf(dataDir)
  const historyFile = join(to, HISTORY_FILE)
  mkdirSync(dirname(historyFile), { recursive: true, mode: 0o700 })
  const cut = await takeCut({
    ...options,
    pinHistory: embedded ? () => options.pinHistory(historyFile) : null,
  })
  const files: BackupFile[] = []

  /** What another program put there: readable by nobody else, and its sum is taken from the disk. */
  function add(name: string, mode: number): void {
    const path = join(to, name)
    chmodSync(path, 0o600)
    files.push({ path: name, mode, ...sumFile(path, pace) })
  }
  function begin(step: string): void {
    signal.throwIfAborted()
    onStep(step)
  }

  try {
    // First what is pinned: the logs of these files grow until they are let go.
    for (const { name, file } of cut.pinned) {
      begin(`${name}, ${megabytes(file.bytes)}`)
      await file.copyTo(join(to, name), pace)
      file.release()
      add(name, modeOf(file.path))
    }
    if (cut.database) {
      begin(DUMP_FILE)
      await cut.database.dumpTo(join(to, DUMP_FILE))
      add(DUMP_FILE, 0o600)
    }
    for (const name of cut.plain) {
      begin(name)
      const mode = modeOf(join(dataDir, name))
      const sum = copyFile({ from: join(dataDir, name), to: join(to, name), mode: 0o600, pace })
      files.push({ path: name, mode, ...sum })
    }
    await copySegments(cut, { to, pace, begin, add })
    if (cut.history) {
      begin(HISTORY_FILE)
      await cut.history.done
      add(HISTORY_FILE, modeOf(join(dataDir, HISTORY_FILE)))
    }
    // Copying blocks this thread: a whole turn shows whether the journal was held until here.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
  } finally {
    await cut.release()
  }
  for (const folder of new Set(files.map(({ path }) => dirname(join(to, path))))) syncDirectory(folder)

  signal.throwIfAborted()
  const manifest: Omit<Manifest, 'format' | 'product'> = {
    version: options.version,
    moment: new Date(cut.moment).toISOString(),
    database: options.database,
    history: influx ? 'influx' : embedded ? 'embedded' : 'none',
    positions: cut.positions,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
  return writeManifest(to, manifest)
}

async function copySegments(
  { segments }: Cut,
  {
    to,
    pace,
    begin,
    add,
  }: {
    to: string
    pace: Pace
    begin: (step: string) => void
    add: (name: string, mode: number) => void
  },
): Promise<void> {
  for (const [i, { name, path }] of segments.entries()) {
    // The journal may have dropped its oldest before it was held still: they are behind every part that was pinned.
    if (!existsSync(path)) continue
    const file = pinSqlite(path)
    try {
      begin(`${name}, ${megabytes(file.bytes)}, ${segments.length - i - 1} more`)
      await file.copyTo(join(to, name), pace)
    } finally {
      file.release()
    }
    add(name, modeOf(path))
  }
}

function prepareTarget(to: string, dataDir: string): void {
  const refuse = (why: string) => new TesheError('BACKUP_TARGET_UNUSABLE', [to, why])
  try {
    mkdirSync(to, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw refuse(messageOf(error))
  }
  if (!statSync(to).isDirectory()) throw refuse('it is no directory')
  if (readdirSync(to).length > 0)
    throw refuse('it is not empty; name a directory that is empty or not there yet')
  const [target, source] = [`${realpathSync(to)}${sep}`, `${dataDir}${sep}`]
  if (target.startsWith(source) || source.startsWith(target)) {
    throw refuse('it lies in the data directory, or the data directory in it')
  }
  try {
    makePrivate(to)
  } catch (error) {
    throw refuse(messageOf(error))
  }
  const needed = bytesOf(dataDir)
  const { bavail, bsize } = statfsSync(to)
  if (bavail * bsize < needed) {
    const [most, free] = [needed, bavail * bsize].map((bytes) => Math.ceil(bytes / 1e6))
    throw new TesheError('BACKUP_NO_ROOM', [most ?? 0, to, free ?? 0])
  }
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
