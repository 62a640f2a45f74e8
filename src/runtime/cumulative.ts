/** Feeds Prometheus counters from totals that another thread counts. */

/** Returns by how much `total` has risen since the last call with the same key; a total that fell began anew. */
export function createRise(): (key: string, total: number) => number {
  const lastByKey = new Map<string, number>()
  return (key, total) => {
    const last = lastByKey.get(key) ?? 0
    lastByKey.set(key, total)
    return total >= last ? total - last : total
  }
}
