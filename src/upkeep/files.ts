/** Files on their way into a backup and out of it: copied at a bounded pace, synced, and summed. */
import { createHash } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const CHUNK_BYTES = 1024 * 1024
/** What everybody but the owner may. */
export const OTHERS = 0o077

/** Holds back whoever moves bytes, so that the disk is left to those who cannot wait. Blocks the thread: only for commands. */
export interface Pace {
  /** `bytes` were moved. */
  moved(bytes: number): void
}

/** At most so many bytes a second, over any stretch of time. */
export function createPace(bytesPerSecond: number, now: () => number = () => performance.now()): Pace {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  let free = 0
  return {
    moved(bytes) {
      const at = now()
      free = Math.max(free, at) + (bytes / bytesPerSecond) * 1000
      if (free > at + 1) Atomics.wait(cell, 0, 0, free - at)
    },
  }
}

export interface FileSum {
  bytes: number
  sha256: string
}

/** Nobody but its owner may look into a directory that was there already. Throws when it is another's. */
export function makePrivate(dir: string): void {
  if ((statSync(dir).mode & OTHERS) !== 0) chmodSync(dir, 0o700)
}

/** Copies a file that nobody writes; the copy is on disk when this returns. Makes the folders above it. */
export function copyFile({
  from,
  to,
  mode,
  pace,
}: {
  from: string
  to: string
  mode: number
  pace: Pace
}): FileSum {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  const source = openSync(from, 'r')
  try {
    const target = openSync(to, 'wx', mode)
    try {
      const sum = readAll(source, pace, (chunk) => {
        for (let at = 0; at < chunk.length; ) at += writeSync(target, chunk, at)
      })
      fsyncSync(target)
      // The mask of the process took bits away that the file had.
      chmodSync(to, mode)
      return sum
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(source)
  }
}

/** The sum of a file that is there already; also sees to it that it is on disk. */
export function sumFile(path: string, pace: Pace): FileSum {
  const source = openSync(path, 'r+')
  try {
    const sum = readAll(source, pace, () => undefined)
    fsyncSync(source)
    return sum
  } finally {
    closeSync(source)
  }
}

function readAll(source: number, pace: Pace, each: (chunk: Buffer) => void): FileSum {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  let bytes = 0
  for (let read = readSync(source, buffer); read > 0; read = readSync(source, buffer)) {
    const chunk = buffer.subarray(0, read)
    hash.update(chunk)
    each(chunk)
    bytes += read
    pace.moved(read)
  }
  return { bytes, sha256: hash.digest('hex') }
}
