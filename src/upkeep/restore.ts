/** A backup becomes a data directory again: every file is compared with its checksum on the way. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { messageOf, TesheError } from '../errors.js'
import { UNFINISHED_MARK } from '../runtime/data-directory.js'
import { syncDirectory } from '../runtime/sync-directory.js'
import { DUMP_FILE } from './backup.js'
import { copyFile, makePrivate, OTHERS, type Pace } from './files.js'
import { type BackupFile, type Manifest, readManifest } from './manifest.js'

export interface RestoreOptions {
  from: string
  dataDir: string
  /** Ours. */
  version: string
  pace: Pace
  onStep: (step: string) => void
  signal: AbortSignal
}

export interface Restored {
  manifest: Manifest
  dataDir: string
  /** Where the dump for `pg_restore` lies, when there is one: it stays in the backup. */
  dump: string | null
}

/**
 * Leaves a whole data directory or none. Throws BACKUP_UNFINISHED, BACKUP_NEWER, BACKUP_DAMAGED,
 * RESTORE_TARGET_UNUSABLE.
 */
export function restoreBackup({ from, dataDir, version, pace, onStep, signal }: RestoreOptions): Restored {
  const source = resolve(from)
  const target = resolve(dataDir)
  const manifest = readManifest(source, version)
  for (const file of manifest.files) checkSize(source, file)
  const made = !existsSync(target)
  prepareTarget(target)
  const mark = join(target, UNFINISHED_MARK)
  try {
    writeFileSync(mark, '', { mode: 0o600, flush: true })
    syncDirectory(target)
    const folders = new Set([target])
    for (const [i, file] of manifest.files.entries()) {
      signal.throwIfAborted()
      if (file.path === DUMP_FILE) continue
      onStep(`${file.path}, ${(file.bytes / 1e6).toFixed(1)} MB, ${manifest.files.length - i - 1} more`)
      const to = join(target, file.path)
      const { sha256 } = copyFile({ from: join(source, file.path), to, mode: file.mode & ~OTHERS, pace })
      if (sha256 !== file.sha256) {
        throw new TesheError('BACKUP_DAMAGED', [source, `${file.path} is not what was written`])
      }
      folders.add(dirname(to))
    }
    for (const folder of folders) syncDirectory(folder)
    rmSync(mark)
    syncDirectory(target)
  } catch (error) {
    for (const name of readdirSync(target)) rmSync(join(target, name), { recursive: true, force: true })
    if (made) rmSync(target, { recursive: true, force: true })
    if (error instanceof TesheError || signal.aborted) throw error
    throw new TesheError('RESTORE_TARGET_UNUSABLE', [target, messageOf(error)], { cause: error })
  }
  const dump = manifest.files.some(({ path }) => path === DUMP_FILE) ? join(source, DUMP_FILE) : null
  return { manifest, dataDir: target, dump }
}

/** What is cut off or missing is seen before anything is written. */
function checkSize(source: string, { path, bytes }: BackupFile): void {
  const found = statSync(join(source, path), { throwIfNoEntry: false })
  if (!found) throw new TesheError('BACKUP_DAMAGED', [source, `${path} is missing`])
  if (found.size !== bytes) {
    throw new TesheError('BACKUP_DAMAGED', [source, `${path} has ${found.size} bytes instead of ${bytes}`])
  }
}

function prepareTarget(target: string): void {
  const refuse = (why: string) => new TesheError('RESTORE_TARGET_UNUSABLE', [target, why])
  try {
    mkdirSync(target, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw refuse(messageOf(error))
  }
  const names = readdirSync(target)
  if (names.includes('control.sock')) throw refuse('a service works in it')
  if (names.includes(UNFINISHED_MARK)) throw refuse('a restore ended in the middle of it')
  if (names.length > 0) throw refuse('it is not empty')
  try {
    makePrivate(target)
  } catch (error) {
    throw refuse(messageOf(error))
  }
}
