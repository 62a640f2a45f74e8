/** Which plan holds for an equipment: the default, changed by what is set for its kind, its district, and both. Pure. */
import type { EquipmentKind } from '../../model/equipment.js'
import type { PlanChange, PlanClocks, ResponsePlan } from '../../model/plan.js'
import { defaultPlan } from './default-plans.js'

/** What the settings of the service give; the changes go before them. */
export interface PlanDefaults {
  acceptMs: number
  clocks: PlanClocks
}

export function resolvePlan(
  changes: readonly PlanChange[],
  { kind, district }: { kind: EquipmentKind | null; district: string | null },
  { acceptMs, clocks }: PlanDefaults,
): ResponsePlan {
  return changes
    .filter((one) => one.kind === null || one.kind === kind)
    .filter((one) => one.district === null || one.district === district)
    .toSorted((a, b) => width(a) - width(b))
    .reduce(apply, defaultPlan(kind, acceptMs, clocks))
}

/** The wider first, so that the closer one has the last word. */
function width({ kind, district }: PlanChange): number {
  return (kind === null ? 0 : 1) + (district === null ? 0 : 2)
}

function apply(plan: ResponsePlan, change: PlanChange): ResponsePlan {
  const { kind: _kind, district: _district, clocks, ...rest } = change
  return { ...plan, ...rest, clocks: { ...plan.clocks, ...clocks } }
}
