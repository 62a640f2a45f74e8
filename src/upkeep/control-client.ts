/** The commands' side of the control socket. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { revive, TesheError } from '../errors.js'
import type { RebuildResult } from '../history/rebuild.js'
import { type About, type Answer, type Ask, CONTROL_SOCKET, readLines, sendLine } from './lines.js'

export interface Progress {
  onProgress: (done: number, total: number) => void
}

/** The service that has a data directory open. */
export interface RunningService {
  readonly about: About
  /** Aborted, with a CONTROL_LOST, when the journal is no longer held: it may drop what belongs together. */
  readonly lost: AbortSignal
  /** Copies the embedded history; `onPinned` is told the greatest position in it once its moment is fixed. */
  copyHistory(file: string, told: Progress & { onPinned: (position: number) => void }): Promise<void>
  rebuild(
    range: { from: number | null; to: number | null },
    told: Progress & { onWaiting: (why: string) => void },
  ): Promise<RebuildResult>
  /** Lets the journal drop again what is old, and ends what is under way save a rebuild. */
  release(): void
}

/** `null` when no service listens there. The journal drops nothing until `release`. */
export async function findService(dataDir: string): Promise<RunningService | null> {
  const path = join(dataDir, CONTROL_SOCKET)
  const sockets = new Set<Socket>()

  async function open(): Promise<Socket> {
    const socket = connect(path)
    await once(socket, 'connect')
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket
  }

  /** Asks over a connection of its own; resolves with the first answer that `last` takes. */
  async function request<T>(socket: Socket, ask: Ask, last: (answer: Answer) => T | undefined): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const lost = (why: string) => reject(new TesheError('CONTROL_LOST', [dataDir, why]))
      socket.once('error', ({ message }) => lost(message))
      socket.once('close', () => lost('the connection ended'))
      readLines<Answer>(socket, (answer) => {
        if (answer.answer === 'failed') return reject(revive(answer.code, answer.message))
        const result = last(answer)
        if (result !== undefined) resolve(result)
      })
      sendLine(socket, ask)
    })
  }

  let socket: Socket
  try {
    socket = await open()
  } catch {
    return null
  }
  const about = await request(socket, { ask: 'hold' }, (answer) =>
    answer.answer === 'held' ? answer.about : undefined,
  )
  const lost = new AbortController()
  const why = 'it ended, or its journal filled up and could not be held any longer'
  const lose = () => lost.abort(new TesheError('CONTROL_LOST', [dataDir, why]))
  if (socket.destroyed) lose()
  else socket.once('close', lose)
  return {
    about,
    lost: lost.signal,
    async copyHistory(file, { onPinned, onProgress }) {
      await request(await open(), { ask: 'copy-history', file }, (answer) => {
        if (answer.answer === 'pinned') onPinned(answer.position)
        if (answer.answer === 'progress') onProgress(answer.done, answer.total)
        return answer.answer === 'copied' ? true : undefined
      })
    },
    rebuild: async (range, { onProgress, onWaiting }) =>
      await request(await open(), { ask: 'rebuild', ...range }, (answer) => {
        if (answer.answer === 'progress') onProgress(answer.done, answer.total)
        if (answer.answer === 'waiting') onWaiting(answer.why)
        return answer.answer === 'rebuilt' ? answer.result : undefined
      }),
    release() {
      socket.off('close', lose)
      for (const one of sockets) one.destroy()
    },
  }
}
