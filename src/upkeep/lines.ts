/** What passes over the control socket: one JSON object a line, the command asks and the service answers. */
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { RebuildResult } from '../history/rebuild.js'

/** In the data directory, for its owner alone. */
export const CONTROL_SOCKET = 'control.sock'

export type Ask =
  /** Who is there? Until the connection ends, the journal drops nothing. */
  | { ask: 'hold' }
  /** A copy of the embedded history; ends when the connection does. */
  | { ask: 'copy-history'; file: string }
  /** Goes on in the service when nobody listens. Unset: as far as the journal reaches. */
  | { ask: 'rebuild'; from: number | null; to: number | null }

export interface About {
  version: string
  pid: number
  database: 'sqlite' | 'postgres'
  history: 'embedded' | 'influx'
}

export type Answer =
  | { answer: 'held'; about: About }
  /** How far the history was at the moment of its copy: the greatest position. */
  | { answer: 'pinned'; position: number }
  | { answer: 'progress'; done: number; total: number }
  | { answer: 'waiting'; why: string }
  | { answer: 'copied' }
  | { answer: 'rebuilt'; result: RebuildResult }
  | { answer: 'failed'; code: string; message: string }

export function sendLine(socket: Socket, message: Ask | Answer): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
}

/** Calls `each` for every line that is JSON; others are dropped, for both ends are ours. */
export function readLines<T extends Ask | Answer>(socket: Socket, each: (message: T) => void): void {
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
  lines.on('line', (line) => {
    let message: T
    try {
      message = JSON.parse(line) as T
    } catch {
      return
    }
    each(message)
  })
  // An error of the socket is told by its own events.
  lines.on('error', () => undefined)
}
