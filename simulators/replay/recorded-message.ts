/** What a recording says at one moment: the unit in which recordings are published and compared. */

export type RecordedMessage =
  /** Values by signal name, exactly as published. */
  | { type: 'reading'; equipment: string; ts: number; values: Readonly<Record<string, number>> }
  /** Monitoring came back or was lost; while it is lost nothing is published. */
  | { type: 'status'; equipment: string; ts: number; online: boolean }

/** In order of time, and of equipment within one moment. */
export function inOrder(messages: RecordedMessage[]): RecordedMessage[] {
  return messages.sort(
    (a, b) => a.ts - b.ts || (a.equipment < b.equipment ? -1 : a.equipment > b.equipment ? 1 : 0),
  )
}
