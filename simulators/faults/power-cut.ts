/**
 * The mains of a whole estate fail. Lifts stop where they are, or creep to a landing where they have a rescue battery;
 * boilers trip and wait for a person; escalators stop with whoever is on them. The terminals live on their own batteries
 * and go on reporting, unless they have none.
 */
import type { Link } from '../link.js'
import type { Boiler } from '../physics/boiler.js'
import { resetBoiler } from '../physics/boiler-burner.js'
import type { Escalator } from '../physics/escalator.js'
import type { Lift } from '../physics/lift.js'
import type { Random } from '../random.js'
import { type FaultOptions, type FaultScript, numberOption, type RunningFault } from './fault.js'
import { bringRiders, isShutIn, walkOut } from './lift-scene.js'

const BATTERY_RESCUE_AFTER_MS = 8_000
const OPERATOR_AFTER_MS = 60_000

export const powerCut: FaultScript = {
  name: 'power-cut',
  subject: 'device',
  scope: 'estate',
  summary:
    'mains lost in the whole estate of the target: cars stop between floors, boilers trip, escalators stop',
  lastsMs: 15 * 60_000,
  options: [
    {
      name: 'riders',
      type: 'word',
      words: ['any', 'inside'],
      default: 'any',
      help: 'at once, or in each lift when people are inside and the door is shut',
    },
    {
      name: 'rescue',
      type: 'word',
      words: ['works', 'fails'],
      default: 'works',
      help: 'what becomes of the rescue battery of lifts that have one',
    },
    {
      name: 'battery',
      type: 'duration',
      default: 0,
      help: 'how long the terminal lives without mains; 0: longer than the fault',
    },
  ],
  begin({ machine, link, random, options }) {
    switch (machine.kind) {
      case 'elevator':
        return cutLift(machine, { link, random, options })
      case 'boiler':
        return cutBoiler(machine)
      case 'escalator':
        return cutEscalator(machine)
    }
  },
}

function cutLift(lift: Lift, scene: { link: Link; random: Random; options: FaultOptions }): RunningFault {
  const { state, design } = lift
  const { link, random, options } = scene
  const batteryMs = numberOption(options, 'battery')
  const rescues = design.automaticRescue && options.rescue !== 'fails'
  let since = 0
  let rescued = false
  let silent = false
  return {
    danger: {
      pattern: batteryMs > 0 ? 'L-OFF-P' : 'L-TRAP-4',
      isTrue: () => state.causes.mainsLost && !rescues && isShutIn(lift) && (batteryMs === 0 || silent),
    },
    arm(nowMs) {
      if (options.riders === 'inside') {
        bringRiders(lift, random)
        if (state.riders.length === 0 || state.door > 0) return false
      }
      state.causes.mainsLost = true
      since = nowMs
      return true
    },
    hold(nowMs) {
      if (batteryMs > 0 && !silent && nowMs - since >= batteryMs) {
        silent = true
        link.die()
      }
      walkOut(lift)
      if (!rescues || rescued || nowMs - since < BATTERY_RESCUE_AFTER_MS) return
      if (state.mode === 'automatic' && state.motion === 'rest') state.mode = 'evacuation'
      rescued = state.mode === 'evacuation' && state.phase === 'parked' && state.riders.length === 0
      if (rescued) state.mode = 'automatic'
    },
    release() {
      state.causes.mainsLost = false
      if (silent) link.restore()
      if (state.mode === 'evacuation') state.mode = 'automatic'
      return true
    },
  }
}

function cutBoiler({ state, design }: Boiler): RunningFault {
  let mendedAt = 0
  return {
    arm() {
      state.causes.mainsLost = true
      return true
    },
    release(nowMs) {
      state.causes.mainsLost = false
      mendedAt ||= nowMs
      if (nowMs - mendedAt < OPERATOR_AFTER_MS) return false
      resetBoiler(state, design)
      return true
    },
  }
}

function cutEscalator({ state }: Escalator): RunningFault {
  return {
    arm() {
      state.causes.mainsLost = true
      return true
    },
    release() {
      state.causes.mainsLost = false
      return true
    },
  }
}
