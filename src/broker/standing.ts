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

export interface Standing {
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
}

export function createStandings(limits: IntakeLimits): Standings {
  const byUsername = new Map<string, Standing>()
  return {
    of(username, kind) {
      let standing = byUsername.get(username)
      if (!standing) {
        standing = { meter: createMeter(limits[kind]), tally: createTally(), nodes: new Map() }
        byUsername.set(username, standing)
      }
      return standing
    },
    find: (username) => byUsername.get(username) ?? null,
    forget: (username) => void byUsername.delete(username),
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
