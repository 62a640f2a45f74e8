/** What must hold of response plans beyond their shape: no two for the same, no step that sends nobody, no way without end. */
import type { PlanChange } from '../../model/plan.js'
import type { Fault } from '../../registry/access.js'

export function faultsOfPlans(plans: readonly PlanChange[]): Fault[] {
  const seen = new Set<string>()
  return plans.flatMap((plan, index) => {
    const at = `plans[${index}]`
    const scope = `${plan.kind ?? 'every kind'} in ${plan.district ?? 'every district'}`
    const twice = seen.has(scope)
    seen.add(scope)
    return [
      ...(twice ? [{ field: at, message: `is a second plan for ${scope}` }] : []),
      ...faultsOfSteps(plan, at),
      ...faultsOfReminders(plan, at),
    ]
  })
}

function faultsOfSteps({ steps, together = {} }: PlanChange, at: string): Fault[] {
  const faults: Fault[] = []
  const last = steps === undefined ? null : steps.length - 1
  if (last !== null && steps?.[last]?.send.includes('fire') !== true)
    faults.push({ field: `${at}.steps`, message: 'must end with fire: the last resort of every rescue' })
  steps?.forEach((step, index) => {
    if (index > 0 && step.level < (steps[index - 1]?.level ?? 1))
      faults.push({ field: `${at}.steps[${index}].level`, message: 'must not be below the step before' })
  })
  for (const [trigger, step] of Object.entries(together))
    if (last !== null && step > last)
      faults.push({ field: `${at}.together.${trigger}`, message: `must be a step's number, 0 to ${last}` })
  return faults
}

function faultsOfReminders({ reminders = [] }: PlanChange, at: string): Fault[] {
  return reminders.flatMap(({ afterMs }, index) =>
    index > 0 && afterMs <= (reminders[index - 1]?.afterMs ?? 0)
      ? [{ field: `${at}.reminders[${index}].afterMs`, message: 'must be later than the reminder before' }]
      : [],
  )
}
