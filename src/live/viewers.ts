/**
 * Who watches what, and the frames they get: at most one each `FRAME_MS`, holding what changed since their last one.
 * There is no queue for a client. One that cannot take a frame is passed over and later gets the newest values;
 * one that cannot take any for `PATIENCE_MS` is cut. Clients that look at the same thing share one encoded frame.
 */
import type { LiveMetrics } from '../runtime/metrics.js'
import type { EquipmentFrame, EquipmentRow } from './events.js'
import type { Latest, SignalChoice } from './latest.js'

/** Five frames a second. */
export const FRAME_MS = 200
/** How long a client may be unable to take a frame. */
export const PATIENCE_MS = 30_000

/** Equipment of a district as some users may see it; shared by all viewers with the same key. */
export interface Area {
  readonly key: string
  /** Slots of `Latest`. */
  slots: Set<number>
  readonly only: SignalChoice | null
}

/** One connected browser. */
export interface Viewer {
  readonly id: string
  /** False while earlier bytes have not left for the network. */
  canTake(): boolean
  cut(reason: 'slow'): void
  /** Slots watched singly. */
  single: Set<number>
  area: Area | null
  /** The interval of `Latest` up to which this viewer knows everything. */
  since: number
  /** ms since 1970 from when on it could not take a frame, or `null`. */
  busyFrom: number | null
}

export interface Viewers {
  add(viewer: Viewer): void
  remove(viewer: Viewer): void
  all(): Iterable<Viewer>
  /** Sends every viewer what it does not know yet; true when one of them has to be served again soon. */
  flush(now: number): boolean
}

export function createViewers({
  latest,
  send,
  metrics,
}: {
  latest: Latest
  /** One frame to several sockets, encoded once. */
  send: (viewerIds: string[], frame: EquipmentFrame) => void
  metrics: LiveMetrics
}): Viewers {
  const viewers = new Set<Viewer>()

  function able(viewer: Viewer, now: number): boolean {
    if (viewer.canTake()) {
      viewer.busyFrom = null
      return true
    }
    metrics.skipped.inc()
    viewer.busyFrom ??= now
    if (now - viewer.busyFrom >= PATIENCE_MS) viewer.cut('slow')
    return false
  }

  function groups(now: number): { ready: Map<string, Viewer[]>; waiting: boolean } {
    const ready = new Map<string, Viewer[]>()
    let waiting = false
    for (const viewer of viewers) {
      if (viewer.single.size === 0 && !viewer.area) continue
      if (!able(viewer, now)) {
        waiting = true
        continue
      }
      const key = `${viewer.since} ${viewer.area?.key ?? ''} ${[...viewer.single].join(',')}`
      const group = ready.get(key)
      if (group) group.push(viewer)
      else ready.set(key, [viewer])
    }
    return { ready, waiting }
  }

  function areaRows(area: Area, since: number): EquipmentRow[] {
    const rows: EquipmentRow[] = []
    for (const slot of area.slots)
      if (latest.changed(slot, since)) rows.push(latest.changedRow(slot, since, area.only, true))
    return rows
  }

  function rowsFor({ single, area, since }: Viewer, areas: Map<string, EquipmentRow[]>): EquipmentRow[] {
    const own: EquipmentRow[] = []
    for (const slot of single)
      if (latest.changed(slot, since)) own.push(latest.changedRow(slot, since, null, false))
    if (!area) return own
    const key = `${since} ${area.key}`
    const shared = areas.get(key) ?? areaRows(area, since)
    areas.set(key, shared)
    // The row of an equipment that is watched singly as well comes last and holds at least as much.
    return own.length === 0 ? shared : [...shared, ...own]
  }

  return {
    add: (viewer) => void viewers.add(viewer),
    remove: (viewer) => void viewers.delete(viewer),
    all: () => viewers,
    flush(now) {
      const areas = new Map<string, EquipmentRow[]>()
      const { ready, waiting } = groups(now)
      const upTo = latest.mark()
      for (const group of ready.values()) {
        const [first] = group
        if (!first) continue
        const rows = rowsFor(first, areas)
        for (const viewer of group) viewer.since = upTo
        if (rows.length === 0) continue
        send(
          group.map((viewer) => viewer.id),
          { at: now, rows },
        )
        metrics.frames.inc(group.length)
        metrics.rows.inc(group.length * rows.length)
      }
      return waiting
    },
  }
}
