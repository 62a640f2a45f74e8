/**
 * How much one log-in may say. Who sends more is slowed: its messages wait, and with them its PUBACKs and its socket,
 * so that a backlog after an outage arrives as fast as it may and nobody else pays. Who is too far ahead is cut.
 */

/** ms of its rate that a log-in may save up: a short backlog passes unslowed. */
const BURST_MS = 10_000
/** ms a message may wait; beyond that the connection is closed, before its keep-alive would. */
export const LONGEST_HOLD_MS = 10_000

/** Per second; 0: without limit. */
export interface Rate {
  messages: number
  bytes: number
}

export interface IntakeLimits {
  device: Rate
  gateway: Rate
  /** Open connections of one address, logged in or not. */
  connectionsPerAddress: number
}

/** Of one log-in, over all its connections. */
export interface Meter {
  /** Counts a message, or with `messages` 0 what one grew to; returns the ms that it has to wait, 0 within the limits. */
  take(bytes: number, now: number, messages?: number): number
  /** True while messages wait: whatever comes now goes behind them, or it would overtake. */
  readonly holding: boolean
  /** Runs `go` in its turn, not before `ms` have passed. */
  hold(ms: number, go: () => void): void
}

/** Each rate is one number: the moment at which all that was taken will have been earned. */
export function createMeter({ messages, bytes }: Rate): Meter {
  const perMessage = messages > 0 ? 1000 / messages : 0
  const perByte = bytes > 0 ? 1000 / bytes : 0
  let messagesEarned = 0
  let bytesEarned = 0
  let last = 0
  const held = createTurns()
  return {
    get holding() {
      return held.length > 0
    },
    hold: held.push,
    take(size, now, count = 1) {
      // Our clock was set back: what was earned by then is still earned, or everybody would wait for hours.
      const back = Math.max(0, last - now)
      last = now
      messagesEarned -= back
      bytesEarned -= back
      const since = now - BURST_MS
      messagesEarned = Math.max(messagesEarned, since) + perMessage * count
      bytesEarned = Math.max(bytesEarned, since) + perByte * size
      return Math.max(0, Math.max(messagesEarned, bytesEarned) - now)
    },
  }
}

/** One after the other, by a clock that nobody turns: a timer for each would let later ones pass. */
function createTurns() {
  const turns: { at: number; go: () => void }[] = []

  function next(): void {
    for (let turn = turns[0]; turn; turn = turns[0]) {
      const wait = turn.at - performance.now()
      if (wait > 0) return void setTimeout(next, Math.ceil(wait))
      turns.shift()
      turn.go()
    }
  }

  return {
    get length() {
      return turns.length
    },
    push(ms: number, go: () => void): void {
      const at = Math.max(performance.now() + ms, turns.at(-1)?.at ?? 0)
      turns.push({ at, go })
      if (turns.length === 1) setTimeout(next, Math.ceil(ms))
    },
  }
}

/** Counts open connections by address. */
export function createAddressCounts() {
  const openByAddress = new Map<string, number>()
  return {
    /** Connections of the address, this one included. */
    open(address: string): number {
      const count = (openByAddress.get(address) ?? 0) + 1
      openByAddress.set(address, count)
      return count
    },
    close(address: string): void {
      const count = (openByAddress.get(address) ?? 1) - 1
      if (count > 0) openByAddress.set(address, count)
      else openByAddress.delete(address)
    },
  }
}
