/** A list that is read page by page: the first when its filter changes, the next on demand. */
import { ref, shallowRef, watch } from 'vue'
import type { Page } from '../api/replies.js'
import type { Failure, Outcome } from '../api/request.js'

export function usePages<T>(
  filter: () => Record<string, unknown>,
  read: (filter: Record<string, never>, cursor: string | null) => Promise<Outcome<Page<T>>>,
) {
  const items = shallowRef<T[]>([])
  const next = ref<string | null>(null)
  const loading = ref(true)
  const failure = ref<Failure | null>(null)
  let asked = 0

  async function load(more = false): Promise<void> {
    const mine = ++asked
    loading.value = true
    const outcome = await read(filter() as Record<string, never>, more ? next.value : null)
    if (mine !== asked) return
    loading.value = false
    failure.value = outcome.ok ? null : outcome.failure
    if (!outcome.ok) return
    items.value = more ? [...items.value, ...outcome.value.items] : outcome.value.items
    next.value = outcome.value.next
  }
  watch(filter, () => void load(), { immediate: true, deep: true })

  return { items, next, loading, failure, load }
}
