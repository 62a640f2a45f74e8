/** Waiting for a condition with a deadline, never for a time. */

/**
 * Asks every `everyMs` until `condition` gives something truthy, and returns that.
 * Fails after `timeoutMs` with `what` and the last thing that was thrown, if any.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<NonNullable<T>, false>> {
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value) return value as Exclude<NonNullable<T>, false>
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadline)
      throw new Error(`still not true after ${timeoutMs} ms: ${what}`, { cause })
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
