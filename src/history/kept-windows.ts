/** The windows around incidents that a store keeps every value of, as its queries and its upkeep ask for them. */
import type { KeptWindow, Span } from '../model/retention.js'

export interface KeptWindows {
  /** Those of `windows` that say something new. */
  news(windows: readonly KeptWindow[]): KeptWindow[]
  /** Takes over what was stored. */
  put(windows: readonly KeptWindow[]): void
  /** Spans of one equipment, joined where they touch, in order of time. */
  of(equipment: string): readonly Span[]
}

export function createKeptWindows(known: readonly KeptWindow[] = []): KeptWindows {
  const byIncident = new Map<string, KeptWindow>()
  const incidentsByEquipment = new Map<string, Set<string>>()

  function put(windows: readonly KeptWindow[]): void {
    for (const window of windows) {
      const before = byIncident.get(window.incident)
      if (before) incidentsByEquipment.get(before.equipment)?.delete(window.incident)
      byIncident.set(window.incident, window)
      const own = incidentsByEquipment.get(window.equipment) ?? new Set()
      incidentsByEquipment.set(window.equipment, own.add(window.incident))
    }
  }
  put(known)

  return {
    put,
    news: (windows) => windows.filter((window) => !same(window, byIncident.get(window.incident))),
    of(equipment) {
      const spans = [...(incidentsByEquipment.get(equipment) ?? [])].flatMap(
        (incident) => byIncident.get(incident)?.spans ?? [],
      )
      return joined(spans)
    },
  }
}

function same(one: KeptWindow, other: KeptWindow | undefined): boolean {
  return (
    one.equipment === other?.equipment &&
    one.spans.length === other.spans.length &&
    one.spans.every(({ from, to }, i) => from === other.spans[i]?.from && to === other.spans[i]?.to)
  )
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}
