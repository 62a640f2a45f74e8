/**
 * Which signs of one site are one event: lifts that lost their mains, lifts that fell silent. Pure, and a function of
 * the set of signs alone: in whatever order they come, however often, they make the same event.
 */
import type { AreaSettings } from './area-settings.js'

/** One lift of the site that lost its mains or fell silent. */
export interface Sign {
  findingId: string
  equipmentId: string
  kind: 'power' | 'silence'
  /** ms since 1970. */
  since: number
}

/**
 * The signs that belong to the event, oldest first; none while there is no event. From its first sign on everything of
 * the site belongs to it: while people go from lift to lift, one more that falls silent is one more to look at.
 */
export function eventOf<S extends Sign>(
  signs: readonly S[],
  site: {
    /** Lifts of it that have a device. */
    watched: number
  },
  settings: AreaSettings,
): S[] {
  const sorted = [...signs].sort((a, b) => a.since - b.since || (a.findingId < b.findingId ? -1 : 1))
  const first = sorted.findIndex((_, i) => tips(windowFrom(sorted, i, settings), site.watched, settings))
  return first < 0 ? [] : sorted.slice(first)
}

function windowFrom<S extends Sign>(sorted: readonly S[], i: number, { windowMs }: AreaSettings): S[] {
  const end = (sorted[i]?.since ?? 0) + windowMs
  const window: S[] = []
  for (let j = i; j < sorted.length; j++) {
    const sign = sorted[j]
    if (!sign || sign.since > end) break
    window.push(sign)
  }
  return window
}

function tips(window: readonly Sign[], watched: number, settings: AreaSettings): boolean {
  const silent = window.filter((sign) => sign.kind === 'silence')
  const dark = window.filter((sign) => sign.kind === 'power' || followsPowerLoss(sign, window, settings))
  if (dark.some((sign) => sign.kind === 'power') && liftsOf(dark).size >= settings.siteLifts) return true
  const enough = Math.max(settings.siteLifts, Math.ceil(settings.silentShare * watched))
  return liftsOf(silent).size >= enough
}

/** Devices without a battery tell of a power cut by their silence. */
function followsPowerLoss(sign: Sign, window: readonly Sign[], settings: AreaSettings): boolean {
  return window.some((other) => other.kind === 'power' && isSoon(sign, other, settings))
}

/** Whether another lift of the site lost its mains or fell silent at about the same time. */
export function fellWithOthers(sign: Sign, event: readonly Sign[], settings: AreaSettings): boolean {
  return event.some((other) => isSoon(sign, other, settings))
}

function isSoon(sign: Sign, other: Sign, { soonMs }: AreaSettings): boolean {
  return other.equipmentId !== sign.equipmentId && Math.abs(other.since - sign.since) <= soonMs
}

function liftsOf(signs: readonly Sign[]): Set<string> {
  return new Set(signs.map((sign) => sign.equipmentId))
}
