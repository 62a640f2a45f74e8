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
import { createEscalator } from './physics/escalator.js'
import type { EscalatorDesign } from './physics/escalator-state.js'
import { createLift } from './physics/lift.js'
import type { LiftDesign } from './physics/lift-state.js'
import { createRandom, type Random } from './random.js'
import { createNews, type Reporting, type Terminal } from './terminal.js'

/** A device as the fleet is given it. */
export type DeviceSpec = { id: string; estate: string; terminal?: Terminal } & (
  | { kind: 'elevator'; design: LiftDesign }
  | { kind: 'boiler'; design: BoilerDesign }
  | { kind: 'escalator'; design: EscalatorDesign }
)

/** How far a fault has come; told as it happens. */
export interface FaultNotice {
  /** Simulated ms since 1970. */
  at: number
  device: string
  fault: string
  /** When it was begun: tells episodes of one fault on one device apart. */
  episode: number
  /** `holding`: the cause is there; `possible`: what the pattern is about is physically so. */
  phase: 'begun' | 'holding' | 'possible' | 'over' | 'impossible'
  /** The pattern that should find it, or null. */
  pattern: string | null
  /** Inside, or on it, at this moment. */
  people: number
}

export interface FleetDevice {
  readonly spec: DeviceSpec
  readonly link: Link
  readonly busy: boolean
  begin(fault: ScheduledFault, nowMs: number): void
  /** Moves the physics up to `nowMs` and sends the events that happened. */
  advance(nowMs: number): void
  /** It reports by change. */
  readonly byChange: boolean
  /** There is something to say, for one that reports by change; asking counts as saying it. */
  hasNews(nowMs: number): boolean
  /** Lives ahead of the fleet as long as nothing can happen and nothing is to be said; answers how far it came. */
  rest(untilMs: number): number
  /** Says a reading. */
  report(nowMs: number): void
}

const SECOND_MS = 1000
/** A fault that could not take hold in this time is given up. */
const ARM_LIMIT_MS = 15 * 60_000

interface Episode {
  script: FaultScript
  running: RunningFault
  begunAt: number
  heldAt: number
  trueAt: number
  lastsMs: number
}

export function createFleetDevice(options: {
  spec: DeviceSpec
  seed: string
  startMs: number
  /** The fleet's way, where the terminal has none of its own. */
  report?: Reporting
  emit: (action: DeviceAction) => void
  notice: (notice: FaultNotice) => void
}): FleetDevice {
  const { spec, startMs, emit, notice } = options
  const { terminal = {} } = spec
  const seed = `${options.seed}/${spec.id}`
  const machine = createMachine(spec, seed, startMs)
  const random: Random = createRandom(`${seed}/faults`)
  const link = createLink({ device: spec.id, terminal, random, emit })
  const news = createNews(machine)
  const episodes: Episode[] = []

  /** A sensor that flickers is news to its terminal too. */
  function flickers(): boolean {
    return link.noisy !== null && random.chance(link.noisy.chance)
  }

  function tell(episode: Episode, phase: FaultNotice['phase']): void {
    const { script, running, begunAt } = episode
    notice({
      at: machine.state.nowMs,
      device: spec.id,
      fault: script.name,
      episode: begunAt,
      phase,
      pattern: running.danger?.pattern ?? null,
      people: machine.kind === 'boiler' ? 0 : machine.state.riders.length,
    })
  }

  /** The first moment at which what should be found is physically so. */
  function witness(episode: Episode): void {
    if (episode.trueAt > 0 || !episode.running.danger?.isTrue()) return
    episode.trueAt = machine.state.nowMs
    tell(episode, 'possible')
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
      if (episode.heldAt === now) witness(episode)
      return false
    }
    witness(episode)
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
      const episode = { script: fault.script, running, begunAt, heldAt: 0, trueAt: 0, lastsMs: fault.lastsMs }
      episodes.push(episode)
      tell(episode, 'begun')
    },
    advance(nowMs) {
      if (episodes.length > 0) advanceWithFaults(nowMs)
      else machine.step(nowMs - machine.state.nowMs)
      for (const event of machine.takeEvents()) if (terminal.codes !== false) link.event(event)
    },
    byChange: (terminal.report ?? options.report) === 'by-change',
    hasNews: (nowMs) => news.isDue(nowMs) || flickers(),
    rest(untilMs) {
      const still = episodes.length === 0 && link.noisy === null
      return still ? machine.rest(Math.min(untilMs, news.quietUntil() - SECOND_MS)) : machine.state.nowMs
    },
    report: (nowMs) => link.report(nowMs, machine.sample()),
  }
  return device
}

function createMachine(spec: DeviceSpec, seed: string, startMs: number): Machine {
  switch (spec.kind) {
    case 'elevator':
      return createLift({ design: spec.design, seed, startMs })
    case 'boiler':
      return createBoiler({ design: spec.design, seed, startMs })
    case 'escalator':
      return createEscalator({ design: spec.design, seed, startMs })
  }
}
