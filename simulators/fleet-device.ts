/**
 * One device of the fleet: its machine, its link and the faults that are under way on it, on one simulated clock.
 */
import type { FaultScript, Machine, RunningFault } from './faults/fault.js'
import type { ScheduledFault } from './faults/script.js'
import { createLink, type Link } from './link.js'
import type { DeviceAction } from './message.js'
import { createBoiler } from './physics/boiler.js'
import type { BoilerDesign } from './physics/boiler-state.js'
import { TICK_MS } from './physics/device.js'
import { createLift } from './physics/lift.js'
import type { LiftDesign } from './physics/lift-state.js'
import { createRandom, type Random } from './random.js'

/** A device as the fleet is given it. */
export type DeviceSpec =
  | { id: string; estate: string; kind: 'elevator'; design: LiftDesign }
  | { id: string; estate: string; kind: 'boiler'; design: BoilerDesign }

/** How far a fault has come; told as it happens. */
export interface FaultNotice {
  /** Simulated ms since 1970. */
  at: number
  device: string
  fault: string
  phase: 'begun' | 'holding' | 'over' | 'impossible'
}

export interface FleetDevice {
  readonly spec: DeviceSpec
  readonly link: Link
  readonly busy: boolean
  begin(fault: ScheduledFault, nowMs: number): void
  /** Moves the physics up to `nowMs` and sends the events that happened. */
  advance(nowMs: number): void
  /** Says a reading. */
  report(nowMs: number): void
}

/** A fault that could not take hold in this time is given up. */
const ARM_LIMIT_MS = 15 * 60_000

interface Episode {
  script: FaultScript
  running: RunningFault
  begunAt: number
  heldAt: number
  lastsMs: number
}

export function createFleetDevice(options: {
  spec: DeviceSpec
  seed: string
  startMs: number
  emit: (action: DeviceAction) => void
  notice: (notice: FaultNotice) => void
}): FleetDevice {
  const { spec, startMs, emit, notice } = options
  const seed = `${options.seed}/${spec.id}`
  const machine = createMachine(spec, seed, startMs)
  const random: Random = createRandom(`${seed}/faults`)
  const link = createLink({ device: spec.id, random, emit })
  const episodes: Episode[] = []

  function tell(episode: Episode, phase: FaultNotice['phase']): void {
    notice({ at: machine.state.nowMs, device: spec.id, fault: episode.script.name, phase })
  }

  /** True once the episode is over. */
  function follow(episode: Episode): boolean {
    const now = machine.state.nowMs
    const { running } = episode
    if (episode.heldAt === 0) {
      if (running.arm(now)) {
        episode.heldAt = now
        tell(episode, 'holding')
      } else if (now - episode.begunAt > ARM_LIMIT_MS) {
        tell(episode, 'impossible')
        episode.heldAt = now - episode.lastsMs
      }
      return false
    }
    if (now - episode.heldAt < episode.lastsMs) {
      running.hold?.(now)
      return false
    }
    if (!running.release(now)) return false
    tell(episode, 'over')
    return true
  }

  function advanceWithFaults(nowMs: number): void {
    while (machine.state.nowMs + TICK_MS <= nowMs) {
      machine.step(TICK_MS)
      for (let i = episodes.length - 1; i >= 0; i--) {
        const episode = episodes[i]
        if (episode && follow(episode)) episodes.splice(i, 1)
      }
    }
  }

  const device: FleetDevice = {
    spec,
    link,
    get busy() {
      return episodes.length > 0
    },
    begin(fault, nowMs) {
      device.advance(nowMs)
      const running = fault.script.begin({ machine, link, random, options: fault.options })
      const begunAt = machine.state.nowMs
      const episode = { script: fault.script, running, begunAt, heldAt: 0, lastsMs: fault.lastsMs }
      episodes.push(episode)
      tell(episode, 'begun')
    },
    advance(nowMs) {
      if (episodes.length > 0) advanceWithFaults(nowMs)
      else machine.step(nowMs - machine.state.nowMs)
      for (const event of machine.takeEvents()) link.event(event)
    },
    report: (nowMs) => link.report(nowMs, machine.sample()),
  }
  return device
}

function createMachine(spec: DeviceSpec, seed: string, startMs: number): Machine {
  return spec.kind === 'elevator'
    ? createLift({ design: spec.design, seed, startMs })
    : createBoiler({ design: spec.design, seed, startMs })
}
