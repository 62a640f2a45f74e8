/** Only the rows in sight of a long list exist in the page; all have the same height. */
import { computed, onBeforeUnmount, onMounted, type Ref, ref } from 'vue'

const MARGIN_ROWS = 8

export function useVisibleRows<T>({
  rows,
  box,
  rowHeight,
}: {
  rows: Ref<readonly T[]>
  /** The element that scrolls. */
  box: Ref<HTMLElement | null>
  /** px */
  rowHeight: number
}) {
  const scrolled = ref(0)
  const height = ref(600)
  let observer: ResizeObserver | null = null

  const from = computed(() =>
    Math.max(0, Math.min(Math.floor(scrolled.value / rowHeight), rows.value.length - 1) - MARGIN_ROWS),
  )
  const to = computed(() =>
    Math.min(rows.value.length, Math.ceil((scrolled.value + height.value) / rowHeight) + MARGIN_ROWS),
  )
  const visible = computed(() => rows.value.slice(from.value, to.value))
  const above = computed(() => from.value * rowHeight)
  const below = computed(() => Math.max(0, (rows.value.length - to.value) * rowHeight))

  function onScroll(): void {
    scrolled.value = box.value?.scrollTop ?? 0
  }
  onMounted(() => {
    if (!box.value) return
    observer = new ResizeObserver(([entry]) => {
      height.value = entry?.contentRect.height ?? 600
    })
    observer.observe(box.value)
  })
  onBeforeUnmount(() => observer?.disconnect())

  return { visible, from, above, below, onScroll }
}
