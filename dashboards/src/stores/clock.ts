/** The service's clock, once a second: every countdown and age on the page ticks together. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export const useClock = defineStore('clock', () => {
  const offset = ref(0)
  const now = ref(Date.now())

  /** Takes a new estimate of service's clock minus ours, ms. Differences that a header cannot tell are left alone. */
  function setOffset(ms: number): void {
    if (Math.abs(ms - offset.value) > 1500) offset.value = ms
    now.value = Date.now() + offset.value
  }

  function start(): () => void {
    const timer = setInterval(() => {
      now.value = Date.now() + offset.value
    }, 1000)
    return () => clearInterval(timer)
  }

  return { now, setOffset, start }
})
