/** `168h0m0s` in ms; `0s` is for ever. */
export function durationMs(duration: string): number | null {
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? []
  const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
  return total === 0 ? null : total * 1000
}
