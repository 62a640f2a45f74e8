/**
 * What would be sent out, by the rules of `receiveFinding`: one case for an equipment and group, further findings join
 * it, and a case that sends nobody waits for a dispatcher. Crews come, work and sign out, as after a real dispatch.
 */
import type { Finding } from '../../src/model/finding.js'
import { groupOf, type IncidentClass } from '../../src/model/incident.js'

/** `dispatch`: people are sent unasked. `desk`: a person decides. `work`: the company's daily jobs. */
export type Consequence = 'dispatch' | 'desk' | 'work'

export interface Call {
  consequence: Consequence
  /** ms since 1970 at which the desk learns of it. */
  at: number
  finding: Finding
}

interface Case {
  group: string
  dispatched: boolean
  findings: Set<string>
  closesAt: number
}

const CREW_ARRIVES_MS = 25 * 60_000
const CREW_LEAVES_MS = 55 * 60_000
const CREW_CLOSES_MS = 60 * 60_000
const LOOKED_AT_MS = 15 * 60_000
/** A second ring within this time after release is the same rescue. */
const REOPEN_MS = 30 * 60_000

const OF_A_LIFT: readonly IncidentClass[] = ['movement', 'door', 'speed', 'safety-circuit', 'fault']

export interface Desk {
  receive(finding: Finding, now: number): void
  /** Mechanics whose time has come. */
  tick(now: number): void
}

export function createDesk(options: {
  call: (call: Call) => void
  attend: (equipment: string, mechanic: 'in' | 'out', now: number) => void
}): Desk {
  const casesByEquipment = new Map<string, Case[]>()
  const visits: { at: number; equipment: string; mechanic: 'in' | 'out' }[] = []

  function openCase(equipment: string, finding: Finding, now: number): Case {
    const cases = (casesByEquipment.get(equipment) ?? []).filter((one) => now < one.closesAt + REOPEN_MS)
    casesByEquipment.set(equipment, cases)
    const group = groupOf(finding.class, finding.priority)
    const own = cases.find((one) => one.findings.has(finding.id)) ?? cases.find((one) => one.group === group)
    const rescue = OF_A_LIFT.includes(finding.class)
      ? cases.find((one) => one.group === 'life-safety')
      : undefined
    const known = own ?? (rescue && now < rescue.closesAt ? rescue : undefined)
    if (known) return known
    const opened = { group, dispatched: false, findings: new Set<string>(), closesAt: now + LOOKED_AT_MS }
    cases.push(opened)
    return opened
  }

  function dispatch(one: Case, finding: Finding, now: number): void {
    one.dispatched = true
    one.closesAt = now + CREW_CLOSES_MS
    visits.push({ at: now + CREW_ARRIVES_MS, equipment: finding.equipment, mechanic: 'in' })
    visits.push({ at: now + CREW_LEAVES_MS, equipment: finding.equipment, mechanic: 'out' })
    options.call({ consequence: 'dispatch', at: now, finding })
  }

  return {
    receive(finding, now) {
      const { priority, stage, suppressed, needsConfirmation } = finding
      if (stage === 'cleared' || priority > 'P2') return
      const urgent = priority < 'P2'
      if (suppressed !== null && !(suppressed === 'late' && needsConfirmation && urgent)) return
      if (needsConfirmation && !urgent) return
      const one = openCase(finding.equipment, finding, now)
      const orders = stage === 'ordered' && !needsConfirmation && suppressed === null && urgent
      const first = one.findings.size === 0
      one.findings.add(finding.id)
      if (orders && !one.dispatched && now < one.closesAt) dispatch(one, finding, now)
      else if (first) options.call({ consequence: urgent ? 'desk' : 'work', at: now, finding })
    },
    tick(now) {
      while (visits[0] && visits[0].at <= now) {
        const { equipment, mechanic } = visits[0]
        visits.shift()
        visits.sort((a, b) => a.at - b.at)
        options.attend(equipment, mechanic, now)
      }
    },
  }
}
