/** The sound of an unacknowledged P0: two short tones, again every two seconds, silent as soon as somebody takes it. */
import { onScopeDispose, ref, watch } from 'vue'

const REPEAT_MS = 2000

export function useAlarmSound(sounding: () => boolean) {
  const blocked = ref(false)
  let context: AudioContext | null = null
  let timer: ReturnType<typeof setInterval> | null = null

  function tone(at: number, frequency: number): void {
    if (!context) return
    const oscillator = context.createOscillator()
    const gain = context.createGain()
    oscillator.frequency.value = frequency
    gain.gain.setValueAtTime(0, at)
    gain.gain.linearRampToValueAtTime(0.2, at + 0.02)
    gain.gain.setValueAtTime(0.2, at + 0.2)
    gain.gain.linearRampToValueAtTime(0, at + 0.24)
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(at)
    oscillator.stop(at + 0.25)
  }

  function play(): void {
    if (!context) return
    blocked.value = context.state !== 'running'
    if (blocked.value) return
    tone(context.currentTime, 880)
    tone(context.currentTime + 0.3, 660)
  }

  /** Called from a click: browsers let a page sound only after one. */
  async function allow(): Promise<void> {
    await context?.resume()
    play()
  }

  function stop(): void {
    if (timer) clearInterval(timer)
    timer = null
    blocked.value = false
  }

  watch(
    sounding,
    (on) => {
      stop()
      if (!on || typeof AudioContext === 'undefined') return
      context ??= new AudioContext()
      play()
      timer = setInterval(play, REPEAT_MS)
    },
    { immediate: true },
  )
  onScopeDispose(stop)

  return { blocked, allow }
}
