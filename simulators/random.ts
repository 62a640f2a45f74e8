/**
 * Seeded pseudo-random numbers. Everything random in the simulators comes from here, one stream per device, so that a
 * seed and a simulated clock give the same bytes on every run.
 */

export interface Random {
  /** In [0, 1). */
  next(): number
  between(low: number, high: number): number
  /** Whole number, both ends included. */
  whole(low: number, high: number): number
  /** Normal distribution around zero. */
  normal(deviation: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
}

/** The same seed gives the same stream (sfc32, fed by a hash of the seed). */
export function createRandom(seed: string | number): Random {
  let [a, b, c, d] = seedWords(String(seed))

  function next(): number {
    const t = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  // The first draws still show the seed.
  for (let i = 0; i < 12; i++) next()

  const between = (low: number, high: number) => low + (high - low) * next()
  const whole = (low: number, high: number) => low + Math.floor((high - low + 1) * next())
  return {
    next,
    between,
    whole,
    // Sum of four uniforms: near enough to a bell, and bounded at 3.5 deviations as real sensors are.
    normal: (deviation) => (next() + next() + next() + next() - 2) * 1.7320508 * deviation,
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(items.length * next())] ?? items[0],
  }
}

function seedWords(seed: string): [number, number, number, number] {
  const word = (salt: number) => {
    let hash = 0x811c9dc5 ^ salt
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    return hash ^ (hash >>> 13)
  }
  return [word(1), word(2), word(3), word(4)]
}

/** Items in random order, as a new array. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = items.map((item) => ({ item, key: random.next() }))
  return order.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
