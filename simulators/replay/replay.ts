/**
 * Plays a recording on a clock: which actions are due at a moment, and with which times. Pure; the publisher carries
 * the actions out.
 *
 * Times of what is published: `none` keeps the recorded ones; `now` lets the recording start at the start of the replay
 * and shrinks its time by the speed, so that every message is live when it is sent; `end-now` keeps the recorded
 * distances and lets the recording end at the start of the replay, as a backlog would.
 */
import type { DeviceAction } from '../message.js'
import type { RecordedMessage } from './recorded-message.js'

export const SHIFTS = ['none', 'now', 'end-now'] as const
export type Shift = (typeof SHIFTS)[number]

export interface Replay {
  readonly devices: readonly string[]
  readonly total: number
  readonly sent: number
  readonly finished: boolean
  /** Publishes what is due `elapsedMs` of real time after the start. */
  advance(elapsedMs: number): void
}

export function createReplay(options: {
  messages: readonly RecordedMessage[]
  shift: Shift
  /** Recorded time over real time. */
  speed: number
  /** Real ms since 1970 at which the replay starts. */
  startMs: number
  emit: (action: DeviceAction) => void
}): Replay {
  const { messages, speed, emit } = options
  const firstMs = messages[0]?.ts ?? 0
  const publishedTime = timeShift(options, firstMs, messages.at(-1)?.ts ?? 0)
  const connected = new Set<string>()
  let next = 0

  function play(message: RecordedMessage): void {
    const { equipment } = message
    if (message.type === 'status' && !message.online) {
      connected.delete(equipment)
      emit({ type: 'drop', device: equipment })
      return
    }
    if (!connected.has(equipment)) {
      connected.add(equipment)
      emit({ type: 'connect', device: equipment })
    }
    if (message.type === 'status') return
    const payload = JSON.stringify({ ts: publishedTime(message.ts), ...message.values })
    emit({ type: 'publish', device: equipment, topic: 'telemetry', payload })
  }

  return {
    devices: [...new Set(messages.map((message) => message.equipment))],
    total: messages.length,
    get sent() {
      return next
    },
    get finished() {
      return next >= messages.length
    },
    advance(elapsedMs) {
      const untilMs = firstMs + elapsedMs * speed
      for (let message = messages[next]; message && message.ts <= untilMs; message = messages[next]) {
        play(message)
        next += 1
      }
    },
  }
}

function timeShift(
  options: { shift: Shift; speed: number; startMs: number },
  firstMs: number,
  lastMs: number,
): (ts: number) => number {
  const { shift, speed, startMs } = options
  switch (shift) {
    case 'none':
      return (ts) => ts
    case 'now':
      return (ts) => startMs + Math.round((ts - firstMs) / speed)
    case 'end-now':
      return (ts) => ts - lastMs + startMs
  }
}
