/**
 * The service's ear for the commands that work on its data directory while it runs: a socket in that directory, for its
 * owner alone. It holds the journal still for a backup and does what only the history thread can.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { messageOf, TesheError } from '../errors.js'
import type { HistoryClient } from '../history/client.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import type { Logger } from '../runtime/log.js'
import { type About, type Answer, type Ask, readLines, sendLine } from './lines.js'

export interface Control {
  /** What the journal must keep for those who are at work: nothing goes while there is one. */
  needed(): Cursor[]
  close(): Promise<void>
}

export interface ControlOptions {
  path: string
  about: About
  history: Pick<HistoryClient, 'copy' | 'rebuild'>
  /** Resolves when whatever the journal was told to drop before has been dropped. */
  settled: () => Promise<unknown>
  log: Logger
}

/** A socket that cannot be made is logged: the service does without, its commands do not. */
export async function openControl({ path, about, history, settled, log }: ControlOptions): Promise<Control> {
  const connections = new Set<Socket>()
  const holders = new Set<symbol>()

  /** Runs `work` with the journal held still. */
  async function holding(until: Promise<unknown>, work: () => Promise<void>): Promise<void> {
    const holder = Symbol('holder')
    holders.add(holder)
    try {
      await settled()
      await work()
      await until
    } finally {
      holders.delete(holder)
    }
  }

  async function rebuild(socket: Socket, { from, to }: Extract<Ask, { ask: 'rebuild' }>): Promise<void> {
    log.info({ from, to }, 'history is rebuilt from the journal')
    const result = await history.rebuild({
      from: from ?? Number.NEGATIVE_INFINITY,
      to: to ?? Number.POSITIVE_INFINITY,
      onProgress: (done, total) => say(socket, { answer: 'progress', done, total }),
      onWaiting: (why) => say(socket, { answer: 'waiting', why }),
    })
    log.info({ ...result }, 'history was rebuilt')
    say(socket, { answer: 'rebuilt', result })
  }

  async function copy(socket: Socket, file: string, ended: AbortSignal): Promise<void> {
    await history.copy({
      file,
      onPinned: (cursor) => say(socket, { answer: 'pinned', position: Math.max(...cursor) }),
      onProgress: (done, total) => say(socket, { answer: 'progress', done, total }),
      signal: ended,
    })
    say(socket, { answer: 'copied' })
  }

  function serve(socket: Socket): void {
    const ended = new AbortController()
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        connections.delete(socket)
        ended.abort()
        resolve()
      })
    })
    connections.add(socket)
    socket.on('error', () => undefined)

    function answer(ask: Ask): Promise<void> {
      const now = Promise.resolve()
      switch (ask.ask) {
        case 'hold':
          return holding(closed, async () => say(socket, { answer: 'held', about }))
        case 'copy-history':
          return holding(now, () => copy(socket, ask.file, ended.signal))
        case 'rebuild':
          return holding(now, () => rebuild(socket, ask))
      }
    }
    readLines<Ask>(socket, (ask) => {
      answer(ask).catch((error: unknown) => {
        const code = error instanceof TesheError ? error.code : 'INTERNAL'
        log.warn({ ask: ask.ask, error: messageOf(error) }, 'a command could not be served')
        say(socket, { answer: 'failed', code, message: messageOf(error) })
      })
    })
  }

  const server = createServer(serve)
  // The lock of the directory is ours: a socket that is there belongs to one that was killed.
  rmSync(path, { force: true })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    chmodSync(path, 0o600)
  } catch (error) {
    log.warn(
      { path, error: messageOf(error) },
      'no control socket: backup and rebuild need the service stopped',
    )
  }

  return {
    needed: () => (holders.size > 0 ? [createCursor()] : []),
    async close() {
      for (const socket of connections) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      rmSync(path, { force: true })
    },
  }
}

function say(socket: Socket, message: Answer): void {
  sendLine(socket, message)
}
