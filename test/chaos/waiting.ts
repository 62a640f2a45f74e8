/** Waiting in runs that take minutes: for a time that the scenario is made of, or for a condition with a deadline. */

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks four times a second; fails after `seconds` and names what it waited for. Returns the seconds it took. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 120,
): Promise<number> {
  const began = performance.now()
  while (!(await holds())) {
    if (performance.now() - began > seconds * 1000) throw new Error(`waited ${seconds} s in vain: ${what}`)
    await pause(250)
  }
  return (performance.now() - began) / 1000
}

/** Rejects after `seconds`, for a race with what ought to come before. */
export function tooLate(what: string, seconds: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`waited ${seconds} s in vain: ${what}`)), seconds * 1000).unref()
  })
}
