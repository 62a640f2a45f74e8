/**
 * Something that is asked for again and again while its component lives and its page is looked at. What was read stays
 * when a later question fails, with the time since when it is old.
 */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Failure, Outcome } from '../api/request.js'
import { useClock } from '../stores/clock.js'

/** `subject` names what is read: another one empties what is shown. */
export function usePolled<T>(
  subject: () => string,
  read: (subject: string) => Promise<Outcome<T>>,
  everyMs: number,
) {
  const clock = useClock()
  const value = shallowRef<T | null>(null)
  const failure = ref<Failure | null>(null)
  const loading = ref(true)
  /** ms since 1970, the service's clock. */
  const readAt = ref<number | null>(null)
  const staleSince = computed(() => (failure.value && value.value !== null ? readAt.value : null))
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    loading.value = true
    const outcome = await read(subject())
    if (mine !== asked) return
    loading.value = false
    failure.value = outcome.ok ? null : outcome.failure
    if (!outcome.ok) return
    value.value = outcome.value
    readAt.value = clock.now
  }
  watch(
    subject,
    () => {
      value.value = null
      failure.value = null
      void load()
    },
    { immediate: true },
  )
  const again = () => {
    if (!document.hidden && !loading.value) void load()
  }
  const timer = setInterval(again, everyMs)
  document.addEventListener('visibilitychange', again)
  onScopeDispose(() => {
    asked++
    clearInterval(timer)
    document.removeEventListener('visibilitychange', again)
  })

  return { value, failure, loading, staleSince, load }
}
