/** Lets something be said once in a while per subject: what strangers cause must not fill a log, an audit or a disk. */

const MOST_SUBJECTS = 10_000

/** True when `subject` was not heard of for `ms`. Forgets everything when too many subjects come, so memory is bounded. */
export function createOnceInAWhile({
  ms,
  now,
}: {
  ms: number
  now: () => number
}): (subject: string) => boolean {
  const saidAt = new Map<string, number>()
  return (subject) => {
    const at = now()
    if (at - (saidAt.get(subject) ?? Number.NEGATIVE_INFINITY) < ms) return false
    if (saidAt.size >= MOST_SUBJECTS) saidAt.clear()
    saidAt.set(subject, at)
    return true
  }
}
