/** Resident memory of the service over the run: flat after the warm-up, or not. */
import { readFileSync } from 'node:fs'

const MB = 1024 * 1024

export interface Memory {
  /** Takes one sample; 0 where the system does not tell. */
  sample(pid: number): number
  /** MB in the second and in the last quarter of the run (medians), and the most. */
  figures(): { secondQuarter: number; lastQuarter: number; peak: number; samples: number }
}

export function createMemory(): Memory {
  const samples: number[] = []
  return {
    sample(pid) {
      const mb = residentBytes(pid) / MB
      if (mb > 0) samples.push(mb)
      return mb
    },
    figures() {
      const quarter = Math.ceil(samples.length / 4)
      return {
        secondQuarter: Math.round(median(samples.slice(quarter, 2 * quarter))),
        lastQuarter: Math.round(median(samples.slice(-quarter))),
        peak: Math.round(Math.max(0, ...samples)),
        samples: samples.length,
      }
    },
  }
}

/** Of a process on Linux. */
export function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
