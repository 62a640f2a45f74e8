/** The newest values of one equipment for a component: watched while the component lives, redrawn at most once a frame. */
import { type MaybeRefOrGetter, onScopeDispose, shallowRef, toValue, watch } from 'vue'
import { useLive } from '../stores/live.js'
import type { LatestEquipment } from './latest-values.js'

/** What a component reads; a new object with every change, over the same non-reactive values. */
export interface LatestView {
  known: LatestEquipment | undefined
}

export function useLatest(equipment: MaybeRefOrGetter<string | null | undefined>) {
  const live = useLive()
  const view = shallowRef<LatestView>({ known: undefined })
  let stop: (() => void) | null = null

  watch(
    () => toValue(equipment),
    (id) => {
      stop?.()
      stop = null
      view.value = { known: id ? live.latest.of(id) : undefined }
      if (!id) return
      const unlisten = live.latest.listen(id, () => {
        view.value = { known: live.latest.of(id) }
      })
      const unwatch = live.watchEquipment(id)
      stop = () => {
        unlisten()
        unwatch()
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => stop?.())
  return view
}
