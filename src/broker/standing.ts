/**
 * What is kept of a log-in over its connections, until it ends or we do: how fast it may go on, what it did (for the
 * operator who asks why a device is not seen), and what its Sparkplug nodes agreed on.
 */
import type { SparkplugNode } from '../codecs/sparkplug.js'
import { createMeter, type IntakeLimits, type Meter } from './limits.js'
import type { Refusal } from './messages.js'

export interface DeviceTally {
  messages: number
  bytes: number
  redelivered: number
  /** Messages that had to wait for the rate limit, and for how long together (ms). */
  slowed: number
  slowedMs: number
  /** Acknowledged without being kept: nothing of ours on that topic, or a payload that nobody can read. */
  unreadable: number
  /** ms since 1970; null: never since the start. */
  connectedAt: number | null
  lastMessageAt: number | null
  address: string
  refused: Partial<Record<Refusal, number>>
  lastRefusal: { what: Refusal; at: number; detail: string } | null
}

/** A log-in whose messages or connections did not go straight. */
export interface Offender {
  username: string
  kind: 'device' | 'gateway'
  tally: DeviceTally
}

export interface Standing {
  readonly kind: 'device' | 'gateway'
  readonly meter: Meter
  readonly tally: DeviceTally
  /** By group and name of the edge node. */
  readonly nodes: Map<string, SparkplugNode>
}

export interface Standings {
  /** Of a log-in that is known; made at the first question. */
  of(username: string, kind: keyof Omit<IntakeLimits, 'connectionsPerAddress'>): Standing
  find(username: string): Standing | null
  forget(username: string): void
  /** Those with most messages or connections that were refused, unreadable or slowed, worst first. */
  worst(limit: number): Offender[]
}

export function createStandings(limits: IntakeLimits): Standings {
  const byUsername = new Map<string, Standing>()
  return {
    of(username, kind) {
      let standing = byUsername.get(username)
      if (!standing) {
        standing = { kind, meter: createMeter(limits[kind]), tally: createTally(), nodes: new Map() }
        byUsername.set(username, standing)
      }
      return standing
    },
    find: (username) => byUsername.get(username) ?? null,
    forget: (username) => void byUsername.delete(username),
    worst(limit) {
      const offenders: (Offender & { troubles: number })[] = []
      for (const [username, { kind, tally }] of byUsername) {
        const troubles = troublesOf(tally)
        if (troubles > 0) offenders.push({ username, kind, tally, troubles })
      }
      offenders.sort((a, b) => b.troubles - a.troubles)
      return offenders.slice(0, limit).map(({ troubles, ...offender }) => offender)
    },
  }
}

export function createTally(): DeviceTally {
  return {
    messages: 0,
    bytes: 0,
    redelivered: 0,
    slowed: 0,
    slowedMs: 0,
    unreadable: 0,
    connectedAt: null,
    lastMessageAt: null,
    address: '',
    refused: {},
    lastRefusal: null,
  }
}

function troublesOf({ refused, unreadable, slowed }: DeviceTally): number {
  let troubles = unreadable + slowed
  for (const count of Object.values(refused)) troubles += count
  return troubles
}
