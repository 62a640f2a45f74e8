/** Choices of one life of the fuzz, all from one seed: the same number, the same packets. */
import { createRandom } from '../chaos/random.js'

export interface Dice {
  /** In [0, 1). */
  share(): number
  /** Whole number from 0 below `limit`. */
  below(limit: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** One of the keys, as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T
  bytes(length: number): Buffer
}

export function createDice(seed: number): Dice {
  const share = createRandom(seed)
  const below = (limit: number) => Math.floor(share() * limit)
  return {
    share,
    below,
    chance: (probability) => share() < probability,
    pick<T>(from: readonly T[]): T {
      if (from.length === 0) throw new RangeError('nothing to pick from')
      return from[below(from.length)] as T
    },
    weighted(weights) {
      const entries = Object.entries<number>(weights)
      let left = share() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [key, weight] of entries) {
        left -= weight
        if (left < 0) return key as keyof typeof weights
      }
      return entries[0]?.[0] as keyof typeof weights
    },
    bytes(length) {
      const bytes = Buffer.allocUnsafe(length)
      for (let i = 0; i < length; i++) bytes[i] = below(256)
      return bytes
    },
  }
}
