/** The fleet's master data: read page by page once, kept for lists, names and the map. Live values are not here. */
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import type { Equipment } from '../api/replies.js'
import type { Failure } from '../api/request.js'
import { useApi } from '../api/use-api.js'

const PAGE = 500
/** More than this a browser should not hold; the list then says that it is cut. */
const MOST = 20_000

export const useEquipment = defineStore('equipment', () => {
  const { calls } = useApi()
  const byId = shallowReactive(new Map<string, Equipment>())
  const state = ref<'idle' | 'loading' | 'loaded' | 'failed'>('idle')
  const failure = ref<Failure | null>(null)
  const cut = ref(false)
  const all = computed(() => [...byId.values()])
  let loading: Promise<void> | null = null

  async function readAll(): Promise<void> {
    state.value = 'loading'
    let cursor: string | null = null
    do {
      const outcome = await calls.equipmentPage(cursor, PAGE)
      if (!outcome.ok) {
        failure.value = outcome.failure
        state.value = 'failed'
        return
      }
      for (const one of outcome.value.items) byId.set(one.id, one)
      cursor = outcome.value.next
      cut.value = cursor !== null && byId.size >= MOST
    } while (cursor !== null && !cut.value)
    failure.value = null
    state.value = 'loaded'
  }

  /** Reads the fleet once; with `again` also when it is there already. */
  function load(again = false): Promise<void> {
    if (state.value === 'loaded' && !again) return Promise.resolve()
    loading ??= readAll().finally(() => {
      loading = null
    })
    return loading
  }

  /** One equipment, from memory or from the service. */
  async function one(id: string): Promise<Failure | null> {
    const outcome = await calls.equipment(id)
    if (!outcome.ok) return outcome.failure
    byId.set(id, outcome.value)
    return null
  }

  function forget(): void {
    byId.clear()
    state.value = 'idle'
  }

  return { byId, all, state, failure, cut, load, one, forget }
})
