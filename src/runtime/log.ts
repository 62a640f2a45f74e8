/** One logger for the process; threads get children of the same shape. Level by blast radius: operation warn, stage error, process fatal. */
import { type Logger, pino } from 'pino'

export type { Logger }

/** Writes JSON lines to stdout. Secrets never get here: settings wrap them, records keep only hashes. */
export function createLog({ level, room }: { level: string; room: string }): Logger {
  return pino({ level, base: { room }, timestamp: pino.stdTimeFunctions.isoTime })
}

/** For tests and tools that print for people. */
export const silentLog: Logger = pino({ level: 'silent' })
