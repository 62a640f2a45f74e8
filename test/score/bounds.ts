/** How sure a share is: the exact 95 % bounds of Clopper and Pearson, and the exact upper bound of a rate. */

/** Share of `hits` in `trials` with its 95 % bounds; NaN where nothing was tried. */
export interface Share {
  value: number
  low: number
  high: number
}

export function shareOf(hits: number, trials: number): Share {
  if (trials === 0) return { value: Number.NaN, low: 0, high: 1 }
  return {
    value: hits / trials,
    low: hits === 0 ? 0 : solve((p) => 1 - binomialUpTo(hits - 1, trials, p) - 0.025),
    high: hits === trials ? 1 : solve((p) => 0.025 - binomialUpTo(hits, trials, p)),
  }
}

/** Largest mean under which so few events still come in one of forty runs; with none seen, one of twenty. */
export function mostEvents(seen: number): number {
  if (seen === 0) return -Math.log(0.05)
  const enough = 2 * seen + 20
  return enough * solve((share) => 0.025 - poissonUpTo(seen, share * enough))
}

/** Least mean under which so many events still come in one of forty runs. */
export function leastEvents(seen: number): number {
  if (seen === 0) return 0
  return seen * solve((share) => 1 - poissonUpTo(seen - 1, share * seen) - 0.025)
}

/** Zero of a function that rises from below it at 0 to above it at 1. */
function solve(rising: (p: number) => number): number {
  let low = 0
  let high = 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (rising(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Chance of at most `hits` in `trials`. Terms by their logarithm, so that none vanishes. */
function binomialUpTo(hits: number, trials: number, p: number): number {
  if (p <= 0) return 1
  if (p >= 1) return hits >= trials ? 1 : 0
  let term = trials * Math.log1p(-p)
  let sum = Math.exp(term)
  for (let k = 1; k <= hits; k++) {
    term += Math.log(((trials - k + 1) / k) * (p / (1 - p)))
    sum += Math.exp(term)
  }
  return Math.min(1, sum)
}

function poissonUpTo(events: number, mean: number): number {
  if (mean <= 0) return 1
  let term = -mean
  let sum = Math.exp(term)
  for (let k = 1; k <= events; k++) {
    term += Math.log(mean / k)
    sum += Math.exp(term)
  }
  return Math.min(1, sum)
}
