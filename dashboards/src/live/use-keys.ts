/** Keys that work anywhere on a page, but never while somebody types or a form is open. */
import { onBeforeUnmount, onMounted } from 'vue'

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

export function isDialogOpen(): boolean {
  return [...document.querySelectorAll<HTMLElement>('.el-overlay')].some(
    (overlay) => overlay.style.display !== 'none',
  )
}

/** `handle` gets plain key presses; it returns true when it took one. */
export function useKeys(handle: (key: string, event: KeyboardEvent) => boolean): void {
  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
    if (isTyping(event.target) || isDialogOpen()) return
    if (handle(event.key, event)) event.preventDefault()
  }
  onMounted(() => window.addEventListener('keydown', pressed))
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}
