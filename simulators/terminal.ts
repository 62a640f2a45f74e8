/**
 * The box between a machine and its network: which signals it has, whether it hears the controller's codes, and when
 * it speaks: at a steady pace, or by change as most real ones do.
 */
import { DOOR } from '../src/model/signals.js'
import type { Sample } from './physics/device.js'

export const REPORTINGS = ['period', 'by-change'] as const
export type Reporting = (typeof REPORTINGS)[number]

export interface Terminal {
  /** The fleet's own way if absent. */
  report?: Reporting
  /** Signals that it does not have. */
  lacks?: readonly string[]
  /** Its door contact tells shut from not shut, and no more. */
  doorContact?: boolean
  /** ms that its clock is ahead, from the first message on. */
  clockMs?: number
  /** False for one that passes on no coded events. */
  codes?: boolean
}

/** By change: silence of at most so long. */
export const QUIET_MS = 60_000

/** What a machine shows of itself without a reading being made of it. */
export interface Stirring {
  stirs(): boolean
  switches(): number
}

export interface News {
  /** There is something to say; asking counts as saying it. */
  isDue(nowMs: number): boolean
  /** When it speaks next if nothing changes, simulated ms since 1970. */
  quietUntil(): number
}

/** Decides when a terminal that reports by change speaks: each time it is asked while something stirs, and once after. */
export function createNews(machine: Stirring): News {
  let stirred = true
  let switches = Number.NaN
  let saidAt = Number.NEGATIVE_INFINITY
  const isDue = (nowMs: number) => {
    const stirs = machine.stirs()
    const now = machine.switches()
    const due = stirs || stirred || now !== switches || nowMs - saidAt >= QUIET_MS
    stirred = stirs
    switches = now
    if (due) saidAt = nowMs
    return due
  }
  return { isDue, quietUntil: () => (stirred ? saidAt : saidAt + QUIET_MS) }
}

/** A sample as the terminal writes it: after its time, without what it does not have. */
export function createWriter({ lacks = [], doorContact }: Terminal): (ts: number, sample: Sample) => string {
  const lacking = new Set(lacks)
  return (ts, sample) => {
    let text = `{"ts":${ts}`
    for (const name in sample) {
      if (lacking.has(name)) continue
      const value = sample[name]
      text += `,"${name}":${doorContact && name === 'door' ? contact(value) : value}`
    }
    return `${text}}`
  }
}

function contact(door: number | boolean | undefined): number {
  return door === DOOR.closed || door === DOOR.locked ? DOOR.closed : DOOR.ajar
}
