/**
 * The data directory: one process at a time, and the secrets that were generated for it, readable by its owner alone.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { TesheError } from '../errors.js'
import { syncDirectory } from './sync-directory.js'

const DEMO_MARK = 'demo'
const PID_FILE = 'pid'
/** A restore is at work here, or was when it ended. */
export const UNFINISHED_MARK = 'restoring'

export interface DataDirectory {
  readonly path: string
  file(name: string): string
  /** The text of a file that only the owner reads, made by `generate` when it is not there yet. */
  secret(name: string, generate: () => string): string
  /** Writes a file that only the owner reads. */
  writeSecret(name: string, text: string): void
  close(): void
}

/**
 * Makes and locks the directory. The lock is one of the operating system's, held through SQLite, so it ends with the
 * process however that ends. Throws DATA_DIR_IN_USE, DATA_DIR_IS_DEMO, DATA_DIR_UNFINISHED.
 */
export function openDataDirectory({ dir, demo }: { dir: string; demo: boolean }): DataDirectory {
  const path = resolve(dir)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (existsSync(join(path, UNFINISHED_MARK))) throw new TesheError('DATA_DIR_UNFINISHED', [path])
  const isDemo = existsSync(join(path, DEMO_MARK))
  if (isDemo && !demo) throw new TesheError('DATA_DIR_IS_DEMO', [path])
  const lock = takeLock(path)
  if (demo) writeFileSync(join(path, DEMO_MARK), '')
  writeFileSync(join(path, PID_FILE), String(process.pid))

  const file = (name: string) => join(path, name)
  function writeSecret(name: string, text: string): void {
    // Written aside and renamed: a crash or a loss of power leaves the old file or the new one, never half of it.
    const aside = file(`${name}.new`)
    writeFileSync(aside, text, { mode: 0o600, flush: true })
    renameSync(aside, file(name))
    syncDirectory(path)
  }

  return {
    path,
    file,
    writeSecret,
    secret(name, generate) {
      if (!existsSync(file(name))) writeSecret(name, generate())
      return readFileSync(file(name), 'utf8').trim()
    },
    close: () => void lock.close(),
  }
}

function takeLock(path: string): Sqlite.Database {
  const lock = new Sqlite(join(path, 'lock'), { timeout: 0 })
  try {
    lock.pragma('locking_mode = exclusive')
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    const pid = existsSync(join(path, PID_FILE)) ? readFileSync(join(path, PID_FILE), 'utf8') : 'unknown'
    throw new TesheError('DATA_DIR_IN_USE', [path, pid], { cause: error })
  }
}
