/** Incident numbers `YYYYMMDD-NNNN` by the day in China, without gaps: the counter moves in the incident's own transaction. */
import type { Tx } from '../database/database.js'

// China has had one zone without summer time since 1991.
const CHINA_OFFSET_MS = 8 * 3_600_000

/** `20261121` for any moment (ms since 1970) of that day in China. */
export function chinaDay(at: number): string {
  return new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 10).replaceAll('-', '')
}

export async function nextNumber(tx: Tx, now: number): Promise<string> {
  const day = chinaDay(now)
  const { last } = await tx.db
    .insertInto('incident_day')
    .values({ day, last: 1 })
    .onConflict((conflict) =>
      conflict.column('day').doUpdateSet((eb) => ({ last: eb('incident_day.last', '+', 1) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  return `${day}-${String(last).padStart(4, '0')}`
}
