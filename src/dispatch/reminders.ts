/** The longer people are inside, the higher up it is told: named recipients at named times, one after the other. */
import type { DeadlineTable } from '../database/tables.js'
import { draftReport } from '../incidents/accident-report.js'
import { enter } from '../incidents/case-file.js'
import type { Reminder } from '../model/plan.js'
import { sendFrom } from './send.js'
import { type Step, setDeadline } from './step.js'

const MINUTE_MS = 60_000

/** The clock of the next one, if there is another. */
export function setReminder(step: Step, after: number): void {
  const { file, plan } = step
  const next = plan.reminders.find((one) => one.afterMs > after)
  if (next)
    setDeadline(step, {
      kind: 'remind',
      dueAt: file.incident.reported_at + next.afterMs,
      reason: String(next.afterMs / MINUTE_MS),
    })
}

/** Tells those who are named for this time; where the brigade is among them it is sent. */
export async function remindOf(step: Step, deadline: DeadlineTable): Promise<void> {
  const { tx, file, moment, plan } = step
  const afterMs = Number(deadline.reason) * MINUTE_MS
  const reminder = plan.reminders.find((one): one is Reminder => one.afterMs === afterMs)
  if (reminder) {
    enter(file, moment, {
      kind: 'reminder',
      detail: {
        minutes: afterMs / MINUTE_MS,
        to: reminder.to,
        ...(reminder.draftReport ? { draftReport: true } : {}),
      },
    })
    const last = plan.steps.length - 1
    if (reminder.to.includes('fire')) await sendFrom(step, last)
    if (reminder.draftReport) await draftReport(tx, file, moment, 'reminder')
  }
  setReminder(step, afterMs)
}
