/** Templates of a provider's requests: `{{phone}}` and the like, escaped for where they stand. */
import type { Placeholder } from '../../model/delivery.js'
import type { Message } from './channel.js'

export type Escape = 'json' | 'form' | 'none'

/** What a message puts into them. */
export function valuesOf(message: Message): Record<Placeholder, string> {
  const { address, text, title, parts, noticeId, deliveryId, callback } = message
  return {
    phone: address,
    text,
    title,
    ...parts,
    id: noticeId,
    delivery: deliveryId,
    callback: callback ?? '',
  }
}

export function fillIn(template: string, values: Record<Placeholder, string>, manner: Escape): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_whole, name: string) => {
    const value = name in values ? values[name as Placeholder] : ''
    return escaped(value, manner)
  })
}

function escaped(value: string, manner: Escape): string {
  switch (manner) {
    case 'json':
      return JSON.stringify(value).slice(1, -1)
    case 'form':
      return encodeURIComponent(value)
    case 'none':
      // In a header: no line may be broken.
      return value.replace(/[^\x20-\x7e]/g, '')
  }
}
