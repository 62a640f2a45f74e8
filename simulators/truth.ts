/**
 * What really happened, as JSON lines beside the telemetry: one line for each scripted fault, with the pattern that
 * should find it and the earliest moment at which that could physically be true. Detection is scored against this.
 */
import type { FaultNotice } from './fleet-device.js'

/** Times are simulated ms since 1970. */
export interface Truth {
  device: string
  fault: string
  /** The pattern that should find it; null for what is no danger to anybody, of which nothing may be made. */
  pattern: string | null
  /** The cause took hold. */
  begin: number
  /** The first moment at which what the pattern is about was physically so; null while it never was. */
  possible: number | null
  /** The cause was mended and everybody is out; null when the run ended before. */
  end: number | null
  /** People inside at `possible`, or at the beginning where nothing became possible. */
  people: number
}

export interface TruthKeeper {
  notice(notice: FaultNotice): void
  /** Faults that were still there at the end. */
  close(): void
}

/** Folds notices of faults into lines; one is written when its fault is over. */
export function createTruthKeeper(write: (truth: Truth) => void): TruthKeeper {
  const openByEpisode = new Map<string, Truth>()
  return {
    notice({ at, device, fault, episode, phase, pattern, people }) {
      const key = `${device}/${fault}/${episode}`
      switch (phase) {
        case 'begun':
          return
        case 'holding':
          openByEpisode.set(key, { device, fault, pattern, begin: at, possible: null, end: null, people })
          return
        case 'possible': {
          const truth = openByEpisode.get(key)
          if (truth) Object.assign(truth, { possible: at, people })
          return
        }
        case 'over': {
          const truth = openByEpisode.get(key)
          if (truth) write({ ...truth, end: at })
          openByEpisode.delete(key)
          return
        }
        case 'impossible':
          openByEpisode.delete(key)
      }
    },
    close() {
      for (const truth of openByEpisode.values()) write(truth)
      openByEpisode.clear()
    },
  }
}
