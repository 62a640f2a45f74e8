/**
 * The way from a device's sensors to its network: its clock, a sensor that may be stuck, a buffer while the network is
 * away, and a network that may repeat or reorder. Sound, it passes every message on at once and unchanged.
 */

import type { DeviceAction, Topic } from './message.js'
import type { ControllerEvent, Sample } from './physics/device.js'
import { type Random, shuffled } from './random.js'
import { createWriter, type Terminal } from './terminal.js'

/** A terminal keeps about this many messages while it is offline; the oldest go first. */
const BACKLOG_LIMIT = 20_000
/** So many messages are held back and then sent in random order. */
const REORDER_WINDOW = 6

/** A sensor that says one value whatever happens: the value it had when it stuck unless one is given. */
export interface StuckSensor {
  signal: string
  value: number | boolean | null
}

/** A sensor that is wrong in a share of the readings. */
export interface NoisySensor {
  signal: string
  chance: number
  /** By how much a number is wrong at most; a switch says the opposite. */
  leap: number
}

export interface Link {
  /** ms that the device's clock is ahead of simulated time. */
  clockOffsetMs: number
  stuck: StuckSensor | null
  noisy: NoisySensor | null
  /** Every message goes out twice. */
  duplicating: boolean
  report(nowMs: number, sample: Sample): void
  event(event: ControllerEvent): void
  connect(): void
  /** The network is gone: the connection breaks and messages wait. */
  lose(): void
  /** The terminal has no power left: it falls silent and keeps nothing; `restore` wakes it. */
  die(): void
  /** The network is back: what waited goes first, in order, with its own times. */
  restore(): void
  reorder(on: boolean): void
}

export function createLink(options: {
  device: string
  terminal?: Terminal
  random: Random
  emit: (action: DeviceAction) => void
}): Link {
  const { device, random, emit } = options
  const write = createWriter(options.terminal ?? {})
  let lost = false
  let dead = false
  let backlog: { topic: Topic; payload: string }[] = []
  let held: { topic: Topic; payload: string }[] | null = null

  function send(topic: Topic, payload: string): void {
    if (dead) return
    if (lost) keep(topic, payload)
    else if (held) hold(held, topic, payload)
    else publish(topic, payload)
  }

  function publish(topic: Topic, payload: string): void {
    emit({ type: 'publish', device, topic, payload })
    if (link.duplicating) emit({ type: 'publish', device, topic, payload })
  }

  function keep(topic: Topic, payload: string): void {
    backlog.push({ topic, payload })
    if (backlog.length > BACKLOG_LIMIT) backlog.shift()
  }

  function hold(messages: { topic: Topic; payload: string }[], topic: Topic, payload: string): void {
    messages.push({ topic, payload })
    if (messages.length < REORDER_WINDOW) return
    for (const message of shuffled(messages.splice(0), random)) publish(message.topic, message.payload)
  }

  function flushHeld(): void {
    for (const message of held?.splice(0) ?? []) publish(message.topic, message.payload)
  }

  const link: Link = {
    clockOffsetMs: options.terminal?.clockMs ?? 0,
    stuck: null,
    noisy: null,
    duplicating: false,
    report(nowMs, sample) {
      const { stuck } = link
      if (stuck) freeze(stuck, sample)
      if (link.noisy) disturb(link.noisy, sample, random)
      send('telemetry', write(nowMs + link.clockOffsetMs, sample))
    },
    event({ ts, code, active, key }) {
      send('event', JSON.stringify({ ts: ts + link.clockOffsetMs, code, active, key }))
    },
    connect: () => emit({ type: 'connect', device }),
    lose() {
      if (lost) return
      flushHeld()
      lost = true
      emit({ type: 'drop', device })
    },
    die() {
      link.lose()
      dead = true
      backlog = []
    },
    restore() {
      if (!lost) return
      lost = false
      dead = false
      emit({ type: 'connect', device })
      for (const message of backlog) publish(message.topic, message.payload)
      backlog = []
    },
    reorder(on) {
      flushHeld()
      held = on ? [] : null
    },
  }
  return link
}

function freeze(stuck: StuckSensor, sample: Sample): void {
  const seen = sample[stuck.signal]
  if (seen === undefined) return
  stuck.value ??= seen
  sample[stuck.signal] = stuck.value
}

function disturb({ signal, chance, leap }: NoisySensor, sample: Sample, random: Random): void {
  const seen = sample[signal]
  if (seen === undefined || !random.chance(chance)) return
  sample[signal] = typeof seen === 'boolean' ? !seen : seen + random.whole(-leap, leap)
}
