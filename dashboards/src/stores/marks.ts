/** Which equipment is under a mark now, or will be: read again while somebody looks at the desk. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Mark } from '../api/replies.js'
import { useApi } from '../api/use-api.js'
import { useClock } from './clock.js'

const PAGE = 500

export const useMarks = defineStore('marks', () => {
  const { calls } = useApi()
  const clock = useClock()
  const all = shallowRef<Mark[]>([])

  /** Those in force, by equipment. */
  const byEquipment = computed(() => {
    const found = new Map<string, Mark[]>()
    for (const mark of all.value) {
      if (Date.parse(mark.from) > clock.now || Date.parse(mark.until) <= clock.now) continue
      found.set(mark.equipmentId, [...(found.get(mark.equipmentId) ?? []), mark])
    }
    return found
  })

  /** What was read stays when a later question fails: each mark carries its own end. */
  async function load(): Promise<void> {
    const read: Mark[] = []
    let cursor: string | null = null
    do {
      const outcome = await calls.currentMarks({ limit: PAGE, cursor })
      if (!outcome.ok) return
      read.push(...outcome.value.items)
      cursor = outcome.value.next
    } while (cursor !== null)
    all.value = read
  }

  return { byEquipment, load }
})
