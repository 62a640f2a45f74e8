/** "Did you mean": the word of a list that a misspelt one comes closest to. */

/** Letters put in, left out, changed, or swapped with their neighbour, case aside. */
function distance(a: string, b: string): number {
  let twoBack: number[] = []
  let before = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + Number(!same))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) least = Math.min(least, (twoBack[j - 2] ?? 0) + 1)
      row.push(least)
    }
    twoBack = before
    before = row
  }
  return before[b.length] ?? 0
}

/** Longer than any name of ours; comparing more would only cost time. */
const LONGEST = 60

/** `; did you mean …?`, or nothing when no word is near. */
export function didYouMean(found: string, words: Iterable<string>, quote = '`'): string {
  if (found.length > LONGEST) return ''
  const wanted = found.toLowerCase()
  let best: string | null = null
  let least = Math.max(1, Math.floor(found.length / 3)) + 1
  for (const word of words) {
    const known = word.toLowerCase()
    const away = known.endsWith(`.${wanted}`) ? 0.5 : distance(wanted, known)
    if (away < least) {
      least = away
      best = word
    }
  }
  return best === null ? '' : `; did you mean ${quote}${best}${quote}?`
}
