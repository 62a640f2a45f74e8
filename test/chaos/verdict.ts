/** How a scenario ends: its tables printed, and whether it held. */

import type { Tally } from './tally.js'
import type { RescueTally } from './tally-rescues.js'

export interface Verdict {
  /** Sets by store: sent, acknowledged, stored, lost, doubled. */
  sets: Record<string, Tally>
  rescues?: RescueTally & { received?: number }
  /** What was measured on the way, printed as it is. */
  figures?: Record<string, number | string>
  /** What must hold beside the sets; the sentence of each that did not. */
  faults: string[]
}

/** Sum over epochs or stores of one run. */
export function addTally(a: Tally, b: Tally): Tally {
  return {
    sent: a.sent + b.sent,
    acknowledged: a.acknowledged + b.acknowledged,
    stored: a.stored + b.stored,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
  }
}

/** Everything that did not hold, in words. */
export function faultsOf({ sets, rescues, faults }: Verdict): string[] {
  const all = [...faults]
  for (const [store, { acknowledged, lost, doubled }] of Object.entries(sets)) {
    if (acknowledged === 0) all.push(`${store}: nothing was acknowledged, so nothing was shown`)
    if (lost > 0) all.push(`${store}: ${lost} lost`)
    if (doubled > 0) all.push(`${store}: ${doubled} doubled`)
  }
  if (rescues) {
    const { missing, doubled, notices, received } = rescues
    if (missing > 0) all.push(`rescues: ${missing} missing`)
    if (doubled > 0) all.push(`rescues: ${doubled} doubled`)
    if (received !== undefined && received < notices)
      all.push(`${notices - received} notices were not received`)
  }
  return all
}

/** Prints the tables and the last line; returns the exit code. */
export function announce(verdict: Verdict): number {
  console.table(verdict.sets)
  if (verdict.rescues) console.table({ rescues: verdict.rescues })
  if (verdict.figures) console.table(verdict.figures)
  const faults = faultsOf(verdict)
  console.log(faults.length === 0 ? 'lost 0, doubled 0' : `FAILED: ${faults.join('; ')}`)
  return faults.length === 0 ? 0 : 1
}
