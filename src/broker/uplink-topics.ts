/**
 * Which topics of the outside broker are trusted. Its session remembers what was once subscribed to, so the filters of
 * today are held here as well.
 */

/** Topics whose answer is remembered; more are matched each time. */
const MAX_KNOWN = 20_000

export interface TrustedTopics {
  trusts(topic: string): boolean
  /** Sparkplug nodes may be behind these filters, and want to know whether their host is there. */
  readonly sparkplug: boolean
}

/** `filters` as they are subscribed to, `$share/{group}/` included. */
export function createTrustedTopics(filters: readonly string[]): TrustedTopics {
  const patterns = filters.map((filter) => withoutShare(filter).split('/'))
  const known = new Map<string, boolean>()
  return {
    trusts(topic) {
      const before = known.get(topic)
      if (before !== undefined) return before
      const levels = topic.split('/')
      const trusted = patterns.some((pattern) => matches(pattern, levels))
      if (known.size < MAX_KNOWN) known.set(topic, trusted)
      return trusted
    },
    sparkplug: patterns.some(([first = '']) => ['spBv1.0', '+', '#'].includes(first)),
  }
}

function withoutShare(filter: string): string {
  return filter.startsWith('$share/') ? filter.split('/').slice(2).join('/') : filter
}

function matches(pattern: readonly string[], levels: readonly string[]): boolean {
  const [first = ''] = pattern
  // The broker's own topics are not meant by a wildcard [MQTT-4.7.2-1].
  if (levels[0]?.startsWith('$') && (first === '+' || first === '#')) return false
  for (const [i, level] of pattern.entries()) {
    if (level === '#') return true
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false
  }
  return pattern.length === levels.length
}
