/**
 * Who has fallen silent, without asking everybody every second: each link stands in the bucket of the second in which
 * it would be silent too long. Messages do not touch the buckets; a link found alive in its bucket moves on to the next.
 */
import type { EquipmentEntry } from '../codecs/directory.js'
import type { Evidence } from '../model/finding.js'
import type { SessionChange } from '../model/record.js'
import { advance, type Listener, type Look, type Machine } from './condition.js'
import {
  changeSession,
  createLink,
  doubt,
  gatewayOf,
  hear,
  isOnline,
  type Link,
  silenceLimitMs,
} from './link.js'
import type { Pattern } from './pattern.js'
import type { ParameterTable, RulesInForce } from './rules-in-force.js'

/** What a pattern of silence reads. */
export interface LinkFacts {
  online: boolean
  /** ms since 1970 of the last sign of life. */
  silentSince: number
  /** ms for which nothing was heard, without our own absences. */
  silentMs: number
  /** ms of silence that three report periods are. */
  limitMs: number
  /** ms for which it has been back. */
  onlineMs: number
  /** How the equipment was when it was last heard. */
  lastSeen: Evidence[]
}

export interface LinkWatch {
  readonly entry: EquipmentEntry
  link: Link
  machine: Machine | null
}

/** The links of one shard. */
export interface Silence {
  of(entry: EquipmentEntry): LinkWatch
  get(entry: EquipmentEntry): LinkWatch | undefined
  heard(entry: EquipmentEntry, awake: number, arrival: number, live: boolean): void
  session(entry: EquipmentEntry, change: SessionChange, awake: number, arrival: number): void
  /** The device says so itself. */
  status(entry: EquipmentEntry, online: boolean, awake: number, arrival: number): void
  tick(awake: number, arrival: number, position: number): void
  /**
   * We were away until `awake`: sessions are in doubt, and nobody was silent meanwhile. Those that the gateway `present`
   * opened are not, for it runs; `null` when no session is known to be its own.
   */
  resumed(awake: number, arrival: number, present: string | null): void
  /** Another gateway runs, however short the gap: sessions of all but `present` are in doubt, if they were not yet. */
  restarted(awake: number, arrival: number, present: string | null): void
  /** Other limits hold from now on. */
  refresh(awake: number): void
  restore(entry: EquipmentEntry, link: Link, machine: Machine | null): void
}

export function createSilence({
  patterns,
  rules,
  listenerOf,
  touched,
  judged,
  lastSeen,
  watchByIndex,
}: {
  /** By kind of equipment; a kind without a pattern of silence is only online or not. */
  patterns: ReadonlyMap<string, Pattern<LinkFacts>>
  rules: () => RulesInForce
  listenerOf: (entry: EquipmentEntry, pattern: Pattern<LinkFacts>, position: number) => Listener
  touched: (entry: EquipmentEntry) => void
  /** Somebody looked whether it is online, and it may not be any more. */
  judged: (entry: EquipmentEntry) => void
  /** How an equipment was when it was last heard. */
  lastSeen: (entry: EquipmentEntry) => Evidence[]
  /** The links of all shards, by the index of their equipment. */
  watchByIndex: (LinkWatch | undefined)[]
}): Silence {
  const watches: LinkWatch[] = []
  const bucketBySecond = new Map<number, LinkWatch[]>()
  let reached = 0

  function watchOf(entry: EquipmentEntry): LinkWatch {
    const known = watchByIndex[entry.index]
    if (known) return known
    const watch: LinkWatch = { entry, link: createLink(), machine: null }
    while (watchByIndex.length < entry.index) watchByIndex.push(undefined)
    watchByIndex[entry.index] = watch
    watches.push(watch)
    return watch
  }

  /** Into the bucket of the second of `due`, which is never one that was looked at already. */
  function enlist(watch: LinkWatch, due: number, awake: number): void {
    const { link } = watch
    const second = Math.max(Math.floor(due / 1000), Math.floor(awake / 1000) + 1)
    if (link.bucket !== 0 && link.bucket <= second) return
    place(watch, second)
  }

  function place(watch: LinkWatch, second: number): void {
    watch.link.bucket = second
    const bucket = bucketBySecond.get(second)
    if (bucket) bucket.push(watch)
    else bucketBySecond.set(second, [watch])
  }

  /** Enlists it for the moment in which something about it could change by silence alone. */
  function arm(watch: LinkWatch, awake: number): void {
    const { link, entry } = watch
    const pattern = patterns.get(entry.facts.kind)
    if (!pattern) return
    if (watch.machine?.state === 'firing') {
      const jobAt = link.heardAt + (parameters(watch, pattern).jobMs ?? Number.POSITIVE_INFINITY)
      if (!Number.isNaN(link.backSince)) enlist(watch, link.backSince + backMs(watch, pattern), awake)
      else if (watch.machine.priority === pattern.priority) enlist(watch, jobAt, awake)
      return
    }
    if (link.open && !link.saidOffline && Number.isNaN(link.doubtfulSince)) return
    // First the screens learn that it is offline, later the silence is a finding.
    const offlineAt = link.heardAt + silenceLimitMs(link, entry.facts.attributes.reportPeriod)
    enlist(watch, awake < offlineAt ? offlineAt : silentAt(watch, pattern), awake)
  }

  /** The moment from which the silence itself is a finding, awake ms. */
  function silentAt(watch: LinkWatch, pattern: Pattern<LinkFacts>): number {
    const { link, entry } = watch
    const silentMs = parameters(watch, pattern).silentMs ?? 0
    return link.heardAt + Math.max(silentMs, silenceLimitMs(link, entry.facts.attributes.reportPeriod))
  }

  function parameters(watch: LinkWatch, pattern: Pattern<LinkFacts>): ParameterTable {
    return rules().parameters(pattern, watch.entry.facts)
  }

  function backMs(watch: LinkWatch, pattern: Pattern<LinkFacts>): number {
    return parameters(watch, pattern).backMs ?? 0
  }

  function alive(watch: LinkWatch, awake: number): void {
    const { link } = watch
    const back = watch.machine !== null && Number.isNaN(link.backSince)
    if (back) link.backSince = awake
    // It may stand in the bucket of a job that is not needed any more.
    if (back || link.bucket === 0) arm(watch, awake)
  }

  function judge(watch: LinkWatch, awake: number, arrival: number, position: number): void {
    const pattern = patterns.get(watch.entry.facts.kind)
    if (!pattern) return
    const { link, entry } = watch
    const reportPeriod = entry.facts.attributes.reportPeriod
    const online = isOnline(link, awake, reportPeriod)
    if (!online) link.backSince = Number.NaN
    judged(entry)
    if (watch.machine?.state !== 'firing' && awake < silentAt(watch, pattern)) {
      touched(entry)
      return arm(watch, awake)
    }
    const facts: LinkFacts = {
      online,
      silentSince: link.heardArrival,
      silentMs: awake - link.heardAt,
      limitMs: silenceLimitMs(link, reportPeriod),
      onlineMs: awake - link.backSince,
      lastSeen: online ? [] : lastSeen(entry),
    }
    const values = parameters(watch, pattern)
    const verdict = pattern.condition(facts, values, [])
    // Held time is awake time, so that our own absence is no part of it.
    if (verdict) verdict.heldFrom = arrival - (awake - link.heardAt)
    const look: Look = {
      verdict,
      over: pattern.over ? pattern.over(facts, values, watch.machine?.firedAt ?? 0) : online,
      keepFiringMs: 0,
      now: arrival,
      mark: String(position),
      gate: null,
      needsConfirmation: false,
      priority: pattern.priority,
    }
    watch.machine = advance(watch.machine, look, listenerOf(entry, pattern, position))
    touched(entry)
    arm(watch, awake)
  }

  return {
    of: watchOf,
    get: (entry) => watchByIndex[entry.index],
    heard(entry, awake, arrival, live) {
      const watch = watchOf(entry)
      hear(watch.link, awake, arrival, live)
      if (watch.link.bucket === 0 || watch.machine !== null) alive(watch, awake)
    },
    session(entry, change, awake, arrival) {
      const watch = watchOf(entry)
      changeSession(watch.link, change, awake, arrival)
      if (change.open) alive(watch, awake)
      else arm(watch, awake)
    },
    status(entry, online, awake, arrival) {
      const watch = watchOf(entry)
      hear(watch.link, awake, arrival, false)
      watch.link.saidOffline = !online
      alive(watch, awake)
    },
    tick(awake, arrival, position) {
      const second = Math.floor(awake / 1000)
      for (const due of secondsBetween(reached, second, bucketBySecond)) {
        const bucket = bucketBySecond.get(due) ?? []
        bucketBySecond.delete(due)
        for (const watch of bucket) {
          if (watch.link.bucket !== due) continue
          watch.link.bucket = 0
          judge(watch, awake, arrival, position)
        }
      }
      reached = second
    },
    resumed(awake, arrival, present) {
      for (const watch of watches) {
        const { link } = watch
        link.heardAt = Math.min(link.heardAt, awake)
        if (link.open && !isHeldBy(link, present)) doubt(link, awake, arrival)
        arm(watch, awake)
        touched(watch.entry)
      }
    },
    restarted(awake, arrival, present) {
      for (const watch of watches) {
        const { link } = watch
        // A doubt of before stands: restarts that follow each other must not put off the silence for ever.
        if (!link.open || !Number.isNaN(link.doubtfulSince) || isHeldBy(link, present)) continue
        doubt(link, awake, arrival)
        arm(watch, awake)
        touched(watch.entry)
      }
    },
    refresh(awake) {
      for (const watch of watches) {
        if (Number.isNaN(watch.link.heardAt)) continue
        const before = watch.link.bucket
        arm(watch, awake)
        if (watch.link.bucket !== before) touched(watch.entry)
      }
    },
    restore(entry, link, machine) {
      const watch = watchOf(entry)
      watch.link = link
      watch.machine = machine
      if (link.bucket !== 0) place(watch, link.bucket)
    },
  }
}

function isHeldBy({ session }: Link, gateway: string | null): boolean {
  return gateway !== null && session !== null && gatewayOf(session) === gateway
}

/** The seconds to look at, oldest first; a leap of the clock costs no more than the buckets there are. */
function secondsBetween(reached: number, second: number, buckets: ReadonlyMap<number, unknown>): number[] {
  if (second - reached > 10) return [...buckets.keys()].filter((due) => due <= second).sort((a, b) => a - b)
  const seconds: number[] = []
  for (let due = reached + 1; due <= second; due++) seconds.push(due)
  return seconds
}
