/** What an InfluxDB still holds, by what its upkeep has written down. */
import type { RetentionClass } from '../model/retention.js'
import type { InfluxConnection } from './influx-connection.js'
import type { InfluxUpkeepLedger } from './influx-upkeep-ledger.js'
import type { KeptWindows } from './kept-windows.js'
import { HOUR_MS, type Reach } from './resolution.js'

const ALWAYS = Number.NEGATIVE_INFINITY

export function reachIn(
  ledger: InfluxUpkeepLedger,
  { database }: InfluxConnection,
  equipment: string,
  kept: KeptWindows,
): (retention: RetentionClass) => Reach {
  if (database === null) {
    const everything = {
      rawFrom: ALWAYS,
      minuteFrom: ALWAYS,
      hourFrom: ALWAYS,
      rolledTo: ALWAYS,
      kept: [],
      stale: [],
    }
    return () => everything
  }
  const rawFrom = ledger.edge('raw') ?? ALWAYS
  const rolledTo = ledger.edge('rolled influx') ?? ALWAYS
  const stale = ledger.lateOf(equipment).map((hour) => ({ from: hour, to: hour + HOUR_MS }))
  return (retention) => ({
    rawFrom,
    rolledTo,
    minuteFrom: ledger.edge(`minute ${retention}`) ?? ALWAYS,
    hourFrom: ledger.edge(`hour ${retention}`) ?? ALWAYS,
    kept: kept.of(equipment),
    stale,
  })
}
