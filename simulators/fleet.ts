/**
 * Thousands of devices on one simulated clock: who reports when, and which fault begins when. Pure: the same devices,
 * seed, start and faults give the same actions, however the time is cut into calls of `advance`.
 */
import { suits } from './faults/fault.js'
import type { ScheduledFault } from './faults/script.js'
import { createFleetDevice, type DeviceSpec, type FaultNotice, type FleetDevice } from './fleet-device.js'
import type { DeviceAction } from './message.js'
import { createRandom, type Random } from './random.js'
import type { Reporting } from './terminal.js'

export interface Fleet {
  readonly devices: readonly DeviceSpec[]
  /** Simulated ms since 1970 up to which everything has happened. */
  readonly nowMs: number
  /** Lets everything happen up to and including this moment. */
  advance(toMs: number): void
  /** Begins a fault now; the answer is a sentence if that cannot be. */
  inject(fault: ScheduledFault): string | null
}

/** Events go out within this time, whatever the report period is. */
const SERVICE_MS = 1000

export function createFleet(options: {
  devices: readonly DeviceSpec[]
  seed: string
  /** Simulated ms since 1970. */
  startMs: number
  /** ms between two readings of a device. */
  periodMs: number
  /** How devices report whose terminals have no way of their own; at the period if absent. */
  report?: Reporting
  /**
   * Devices at rest live ahead of the fleet, up to the next scripted fault: the same actions in far less time. For
   * fleets that nobody injects faults into.
   */
  ahead?: boolean
  /** In order of time; may go on for ever. */
  faults?: Iterable<ScheduledFault>
  emit: (action: DeviceAction) => void
  notice?: (notice: FaultNotice) => void
}): Fleet {
  const { devices, seed, periodMs, ahead = false, emit, notice = () => undefined } = options
  // Physics moves in ticks; a start on the grid keeps device clocks equal to fleet time.
  const startMs = Math.floor(options.startMs / 1000) * 1000
  const random = createRandom(`${seed}/targets`)
  const members = devices.map((spec) =>
    createFleetDevice({ spec, seed, startMs, report: options.report ?? 'period', emit, notice }),
  )
  const schedule = (options.faults ?? [])[Symbol.iterator]()
  let nextFault = schedule.next()

  // Devices are staggered evenly: number i is served at `i / n` of each round, and reports in every k-th round.
  const roundMs = Math.min(periodMs, SERVICE_MS)
  const offsets = members.map((_, i) => Math.floor((i * roundMs) / members.length))
  const reportDue = members.map((_, i) => {
    const wholeRounds = Math.floor((i * periodMs) / members.length / roundMs)
    return startMs + wholeRounds * roundMs + (offsets[i] ?? 0)
  })
  /** By device: how far it has lived ahead of the fleet. */
  const awake = members.map(() => 0)
  let round = startMs
  let cursor = 0
  let nowMs = startMs
  let connected = false

  function connect(): void {
    connected = true
    for (const member of members) member.link.connect()
  }

  function serve(index: number, member: FleetDevice, atMs: number): void {
    member.advance(atMs)
    if (member.byChange) {
      if (member.hasNews(atMs)) member.report(atMs)
      if (ahead) awake[index] = member.rest(nextFaultMs())
      return
    }
    const due = reportDue[index] ?? atMs
    if (atMs < due) return
    member.report(atMs)
    reportDue[index] = due + periodMs
  }

  /** Nothing is scripted before this. */
  function nextFaultMs(): number {
    return nextFault.done ? Number.POSITIVE_INFINITY : startMs + nextFault.value.atMs - roundMs
  }

  function beginDue(untilMs: number): void {
    while (!nextFault.done && startMs + nextFault.value.atMs <= untilMs) {
      const fault = nextFault.value
      for (const member of targetsOf(members, fault, random)) member.begin(fault, startMs + fault.atMs)
      nextFault = schedule.next()
    }
  }

  return {
    devices,
    get nowMs() {
      return nowMs
    },
    advance(toMs) {
      if (!connected) connect()
      while (members.length > 0) {
        const atMs = round + (offsets[cursor] ?? 0)
        if (atMs > toMs) break
        beginDue(atMs)
        const member = members[cursor]
        if (member && atMs > (awake[cursor] ?? 0)) serve(cursor, member, atMs)
        cursor += 1
        if (cursor < members.length) continue
        cursor = 0
        round += roundMs
      }
      nowMs = Math.max(nowMs, toMs)
    },
    inject(fault) {
      const problem = problemOf(devices, fault)
      if (problem) return problem
      for (const member of targetsOf(members, fault, random)) member.begin(fault, nowMs)
      return null
    },
  }
}

/** What keeps a fault from happening in this fleet, as a sentence. */
export function problemOf(devices: readonly DeviceSpec[], fault: ScheduledFault): string | null {
  const { script, target } = fault
  const named =
    target === 'any' || target === 'all' ? devices : devices.filter((spec) => isNamed(spec, target))
  if (named.length === 0) return `${script.name}: no device or estate is called ${target}`
  if (named.some((spec) => suitsSpec(fault, spec))) return null
  return `${script.name} happens to a ${script.subject}, which ${target} is not`
}

function targetsOf(members: readonly FleetDevice[], fault: ScheduledFault, random: Random): FleetDevice[] {
  const fit = members.filter(({ spec }) => suitsSpec(fault, spec))
  if (fault.target === 'all') return fit
  const chosen =
    fault.target === 'any' ? pickIdle(fit, random) : fit.filter(({ spec }) => isNamed(spec, fault.target))
  if (fault.script.scope === 'device') return chosen
  const estates = new Set(chosen.map(({ spec }) => spec.estate))
  return fit.filter(({ spec }) => estates.has(spec.estate))
}

function pickIdle(members: readonly FleetDevice[], random: Random): FleetDevice[] {
  const [first, ...rest] = members.filter((member) => !member.busy)
  return first ? [random.pick([first, ...rest])] : []
}

function isNamed(spec: DeviceSpec, target: string): boolean {
  return spec.id === target || spec.estate === target
}

function suitsSpec({ script }: ScheduledFault, spec: DeviceSpec): boolean {
  return suits(script, { kind: spec.kind, medium: spec.kind === 'boiler' ? spec.design.medium : undefined })
}
