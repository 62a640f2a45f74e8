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

/**
 * Up to this share of its budget the journal is held still, or a little beyond where it stood; always below the share from
 * which on it takes no telemetry any more. A command that hangs must not stop the intake.
 */
const HOLD_SHARE = 0.8
const HOLD_GROWTH = 0.05
const HOLD_SHARE_AT_MOST = 0.94

export interface Control {
  /**
   * What the journal must keep for those who are at work: nothing goes while there is one. Whoever holds it for too long
   * is let go here, a backup by ending it.
   */
  needed(): Cursor[]
  close(): Promise<void>
}

export interface ControlOptions {
  path: string
  about: About
  history: Pick<HistoryClient, 'copy' | 'rebuild'>
  /** How full the journal is; `null` while that is not known. */
  journal: () => { bytes: number; budgetBytes: number } | null
  /** Resolves when whatever the journal was told to drop before has been dropped. */
  settled: () => Promise<unknown>
  log: Logger
}

const TOO_FULL = 'the journal fills up and cannot be held any longer'

/** A socket that cannot be made is logged: the service does without, its commands do not. */
export async function openControl({
  path,
  about,
  history,
  journal,
  settled,
  log,
}: ControlOptions): Promise<Control> {
  const connections = new Set<Socket>()
  const holders = new Set<{ upTo: number; letGo: () => void }>()

  function share(): number {
    const state = journal()
    return state ? state.bytes / state.budgetBytes : 0
  }

  /** Runs `work` with the journal held still; `letGo` is called when that cannot go on. */
  async function holding(
    until: Promise<unknown>,
    letGo: () => void,
    work: () => Promise<void>,
  ): Promise<void> {
    const upTo = Math.min(HOLD_SHARE_AT_MOST, Math.max(HOLD_SHARE, share() + HOLD_GROWTH))
    const holder = { upTo, letGo }
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

    function end(): void {
      say(socket, { answer: 'failed', code: 'CONTROL_LOST', message: TOO_FULL })
      socket.destroySoon()
    }
    const noMatter = () => undefined

    function answer(ask: Ask): Promise<void> {
      const now = Promise.resolve()
      switch (ask.ask) {
        case 'hold':
          return holding(closed, end, async () => say(socket, { answer: 'held', about }))
        case 'copy-history':
          return holding(now, end, () => copy(socket, ask.file, ended.signal))
        case 'rebuild':
          // What the journal drops meanwhile stays as it is stored.
          return holding(now, noMatter, () => rebuild(socket, ask))
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
    needed() {
      const full = share()
      for (const holder of holders) {
        if (full < holder.upTo) continue
        log.warn({ share: full }, 'the journal is let go of by a command at work: it fills up')
        holders.delete(holder)
        holder.letGo()
      }
      return holders.size > 0 ? [createCursor()] : []
    },
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
