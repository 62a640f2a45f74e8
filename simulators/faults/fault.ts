/**
 * What a scripted fault is: a cause put into the physics or the network of one device, held for a while, and taken away
 * as people would: a rescue, a reset, a repaired line. It never writes readings; they follow.
 */
import type { Link } from '../link.js'
import type { Boiler } from '../physics/boiler.js'
import type { Escalator } from '../physics/escalator.js'
import type { Lift } from '../physics/lift.js'
import type { Random } from '../random.js'

export type Machine = Lift | Boiler | Escalator

/** The device that a fault happens to. */
export interface FaultScene<M extends Machine = Machine> {
  machine: M
  link: Link
  random: Random
  /** Given values of the fault's options, defaults filled in. */
  options: FaultOptions
}

export type FaultOptions = Readonly<Record<string, number | string>>

/** What really is so, told from the machine itself and never from what is reported. */
export interface Danger {
  /** The pattern that should find it. */
  pattern: string
  /** What the pattern is about is physically so now. */
  isTrue(): boolean
}

/** A fault under way. All three are called with the simulated clock, once a tick of 100 ms. */
export interface RunningFault {
  /** What should be found, for those who score detection; absent for what is no danger to anybody. */
  readonly danger?: Danger

  /** Prepares the scene until the fault takes hold, and says so. */
  arm(nowMs: number): boolean
  hold?(nowMs: number): void
  /** After its time: mends the cause; true when the device is back in order. */
  release(nowMs: number): boolean
}

export interface FaultOption {
  name: string
  type: 'duration' | 'number' | 'word'
  /** Words allowed, for `word`; any if absent. */
  words?: readonly string[]
  default: number | string
  help: string
}

/** What a fault may happen to. */
export type FaultSubject = 'lift' | 'steam-boiler' | 'hot-water-boiler' | 'boiler' | 'escalator' | 'device'

export interface FaultScript {
  name: string
  subject: FaultSubject
  /** Acts on one device, or on every device of its estate. */
  scope: 'device' | 'estate'
  /** One sentence: what it does and what it looks like. */
  summary: string
  /** How long it holds unless the script says otherwise, ms. */
  lastsMs: number
  options: readonly FaultOption[]
  begin(scene: FaultScene): RunningFault
}

type Plan<M extends Machine> = Omit<FaultScript, 'subject' | 'scope' | 'options' | 'begin'> & {
  options?: readonly FaultOption[]
  begin(scene: FaultScene<M>): RunningFault
}

/** For a scene that the fault does not suit; scripts are checked before, so this is never seen. */
const nothing: RunningFault = { arm: () => true, release: () => true }

export function liftFault(plan: Plan<Lift>): FaultScript {
  return {
    ...plan,
    subject: 'lift',
    scope: 'device',
    options: plan.options ?? [],
    begin: (scene) =>
      scene.machine.kind === 'elevator' ? plan.begin({ ...scene, machine: scene.machine }) : nothing,
  }
}

export function boilerFault(
  plan: Plan<Boiler> & { subject: 'boiler' | 'steam-boiler' | 'hot-water-boiler' },
): FaultScript {
  return {
    ...plan,
    scope: 'device',
    options: plan.options ?? [],
    begin: (scene) =>
      scene.machine.kind === 'boiler' ? plan.begin({ ...scene, machine: scene.machine }) : nothing,
  }
}

export function escalatorFault(plan: Plan<Escalator>): FaultScript {
  return {
    ...plan,
    subject: 'escalator',
    scope: 'device',
    options: plan.options ?? [],
    begin: (scene) =>
      scene.machine.kind === 'escalator' ? plan.begin({ ...scene, machine: scene.machine }) : nothing,
  }
}

/** A fault of network, clock or terminal, which any device may have. */
export function linkFault(plan: Plan<Machine>): FaultScript {
  return { ...plan, subject: 'device', scope: 'device', options: plan.options ?? [] }
}

/** Whether a fault may happen to a device of this build. */
export function suits(
  script: FaultScript,
  device: { kind: Machine['kind']; medium?: string | undefined },
): boolean {
  switch (script.subject) {
    case 'device':
      return true
    case 'lift':
      return device.kind === 'elevator'
    case 'boiler':
      return device.kind === 'boiler'
    case 'escalator':
      return device.kind === 'escalator'
    case 'steam-boiler':
      return device.kind === 'boiler' && device.medium === 'steam'
    case 'hot-water-boiler':
      return device.kind === 'boiler' && device.medium === 'hot-water'
  }
}

/** An option as a number; options are parsed against their declaration, so the fallback is for words only. */
export function numberOption(options: FaultOptions, name: string): number {
  const value = options[name]
  return typeof value === 'number' ? value : 0
}

export function defaultsOf(script: FaultScript): FaultOptions {
  return Object.fromEntries(script.options.map((option) => [option.name, option.default]))
}
