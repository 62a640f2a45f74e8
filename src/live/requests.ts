/** A browser's `watch` and `unwatch`: taken one at a time in the order asked, so that its last word counts, and always answered. */
import { TesheError } from '../errors.js'
import type { Logger } from '../runtime/log.js'
import type { ClientToServer, LiveError } from './events.js'
import type { Watcher, Watching } from './watching.js'

/** More than a screen ever has under way; a client that sends faster is not one of ours. */
const MOST_WAITING = 32

/** The two requests, bound to one client. */
export function createRequests({
  watcher,
  watching,
  log,
  now,
}: {
  watcher: Watcher
  watching: Watching
  log: Logger
  now: () => number
}): ClientToServer {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0

  function inTurn<R>(
    reply: (answer: R | { ok: false; error: LiveError }) => void,
    work: () => Promise<R>,
  ): void {
    // Anybody may write a client, also one that wants no acknowledgement.
    const answer = typeof reply === 'function' ? reply : () => undefined
    if (waiting >= MOST_WAITING) {
      answer({ ok: false, error: liveErrorOf(new TesheError('REQUESTS_TOO_MANY', [1]), log) })
      return
    }
    waiting++
    last = last
      .then(work)
      .then(answer, (error: unknown) => answer({ ok: false, error: liveErrorOf(error, log) }))
      .finally(() => {
        waiting--
      })
  }

  return {
    watch: (asked, reply) =>
      inTurn(reply, async () => {
        const { rows, open } = await watching.watch(watcher, asked)
        return { ok: true as const, at: now(), equipment: rows, incidents: open }
      }),
    unwatch: (asked, reply) =>
      inTurn(reply, () => {
        watching.unwatch(watcher, asked)
        return Promise.resolve({ ok: true as const })
      }),
  }
}

/** As the API's error handler: the caller's own mistakes are told, ours are logged. */
export function liveErrorOf(thrown: unknown, log: Logger): LiveError {
  if (thrown instanceof TesheError && thrown.status < 500)
    return { code: thrown.code, message: thrown.message }
  log.error({ err: thrown }, 'live request failed')
  return { code: 'INTERNAL', message: 'the service failed on this request' }
}
