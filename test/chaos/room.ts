/**
 * A disk that can be filled and emptied again: a small tmpfs where mounting is allowed, else a limit on the size of the
 * service's files, which its writes meet in the same way.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Room {
  how: 'tmpfs' | 'file-size'
  dir: string
  /** From now on nothing more fits. `pid` is the service. */
  fill(pid: number): void
  /** There is room again. */
  empty(pid: number): void
  remove(): void
}

const MB = 1024 * 1024
const BALLAST = 'ballast'

/** A directory with `megabytes` of room; `how` unset takes what this machine allows. */
export function openRoom(megabytes: number, how?: Room['how']): Room {
  const dir = mkdtempSync(join(tmpdir(), 'teshe-room-'))
  if (how !== 'file-size') {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', dir], {
        stdio: 'pipe',
      })
      return tmpfsRoom(dir)
    } catch (error) {
      if (how === 'tmpfs') throw error
    }
  }
  return limitedRoom(dir)
}

function tmpfsRoom(dir: string): Room {
  const ballast = join(dir, BALLAST)
  let mounted = true
  function remove(): void {
    if (mounted) execFileSync('umount', ['-l', dir])
    mounted = false
    rmSync(dir, { recursive: true, force: true })
  }
  process.once('exit', remove)
  return {
    how: 'tmpfs',
    dir,
    fill() {
      const file = openSync(ballast, 'w')
      try {
        for (const size of [MB, 4096]) {
          const block = Buffer.alloc(size)
          try {
            while (writeSync(file, block) === size);
          } catch {
            // Not another block of this size.
          }
        }
      } finally {
        closeSync(file)
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    remove,
  }
}

function limitedRoom(dir: string): Room {
  const limit = (pid: number, bytes: string) =>
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
  return {
    how: 'file-size',
    dir,
    // Below every file that grows: each write at its end fails.
    fill: (pid) => void limit(pid, '4096'),
    empty: (pid) => void limit(pid, 'unlimited'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
