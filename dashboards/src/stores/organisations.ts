/** Names of companies and stations, read once when the first page needs them. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Organisation } from '../api/replies.js'
import type { Failure } from '../api/request.js'
import { useApi } from '../api/use-api.js'

export const useOrganisations = defineStore('organisations', () => {
  const { calls } = useApi()
  const all = shallowRef<Organisation[]>([])
  const loaded = ref(false)
  const failure = ref<Failure | null>(null)
  const nameById = computed(() => new Map(all.value.map((one) => [one.id, one.name])))

  async function load(again = false): Promise<void> {
    if (loaded.value && !again) return
    const outcome = await calls.organisations()
    failure.value = outcome.ok ? null : outcome.failure
    if (!outcome.ok) return
    all.value = outcome.value.items
    loaded.value = true
  }

  return { all, loaded, failure, nameById, load }
})
