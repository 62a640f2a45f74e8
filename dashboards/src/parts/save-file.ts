/** Hands a file to the browser's downloads. */
import type { File } from '../api/request.js'

/** Long enough for the browser to take the file over. */
const TAKEN_MS = 60_000

export function saveFile({ name, content }: File): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), TAKEN_MS)
}
