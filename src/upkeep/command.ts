/** What the three commands share: who they are for, how they end, and what they print. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Config, readConfig } from '../config.js'
import { TesheError } from '../errors.js'
import { type DataDirectory, openDataDirectory } from '../runtime/data-directory.js'
import { packageRoot } from '../runtime/package-root.js'
import { OTHERS } from './files.js'
import { type Command, type Given, readFlags } from './flags.js'

export const EXIT_FAILED = 1
/** Flags, settings or directories that cannot be used. */
export const EXIT_UNUSABLE = 2
const TELL_MS = 2_000

export interface CommandRun {
  given: Given
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal
  /** Of this installation. */
  version: string
}

/** Runs a command and gives its exit code; errors are printed. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  work: (run: CommandRun) => Promise<void>,
): Promise<number> {
  const read = readFlags(command, args)
  if ('help' in read) {
    console.log(read.help)
    return 0
  }
  if ('faults' in read) {
    for (const fault of read.faults) console.error(fault)
    return EXIT_UNUSABLE
  }
  // Whatever a command writes, and the programs that it starts, holds keys and personal data.
  process.umask(OTHERS)
  const ending = new AbortController()
  const end = () => ending.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    await work({ given: read.given, signal: ending.signal, version: versionOfPackage() })
    return 0
  } catch (error) {
    if (ending.signal.aborted) {
      console.error(`ended by a signal; ${command.interrupted}`)
      return EXIT_FAILED
    }
    if (!(error instanceof TesheError)) throw error
    console.error(`${error.code}: ${error.message}`)
    return error.remedy === 'retry' ? EXIT_FAILED : EXIT_UNUSABLE
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
  }
}

function versionOfPackage(): string {
  const text = readFileSync(join(packageRoot(import.meta.url), 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** The service's settings, as its environment gives them. Throws CONFIG_INVALID. */
export function readSettingsOfService(): Config {
  const read = readConfig(process.env, (path) => readFileSync(path, 'utf8'))
  if ('faults' in read) {
    throw new TesheError('CONFIG_INVALID', [read.faults.map((fault) => `  ${fault}`).join('\n')])
  }
  return read.config
}

/**
 * The data directory's path. Throws DATA_DIR_MISSING, and DATA_DIR_FOREIGN when another user owns it: what we made
 * there, that user could not write.
 */
export function usableDataDir(given: string): string {
  const dir = resolve(given)
  if (!existsSync(dir)) throw new TesheError('DATA_DIR_MISSING', [dir])
  const own = process.getuid?.()
  const { uid } = statSync(dir)
  if (own !== undefined && own !== uid) throw new TesheError('DATA_DIR_FOREIGN', [dir, uid, own])
  return dir
}

/** Keeps the service from starting in it. Throws DATA_DIR_IN_USE. */
export function lockDataDir(dir: string): DataDirectory {
  return openDataDirectory({ dir, demo: existsSync(join(dir, 'demo')) })
}

/** Prints how far something is, now and then. */
export function createShare(
  what: string,
  say: (line: string) => void = console.log,
): (done: number, total: number) => void {
  let told = 0
  return (done, total) => {
    if (performance.now() - told < TELL_MS) return
    told = performance.now()
    say(`${what} ${Math.floor((100 * done) / Math.max(1, total))} %`)
  }
}
