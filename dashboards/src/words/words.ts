/** The two languages and the way to a word whose key came from the service and may be unknown. */
import { createI18n, useI18n } from 'vue-i18n'
import { en } from './en.js'
import { zh } from './zh.js'

export type Language = 'zh' | 'en'

export function createWords(language: Language) {
  return createI18n({ legacy: false, locale: language, fallbackLocale: 'zh', messages: { zh, en } })
}

/** `t` for our own keys, `word` for keys that came from outside: an unknown one is shown as it is, never hidden. */
export function useWords() {
  const { t, te, locale } = useI18n()
  function known(group: string, key: string | number): boolean {
    return te(`${group}.${key}`)
  }
  function word(group: string, key: string | number | null | undefined): string {
    if (key === null || key === undefined) return ''
    return known(group, key) ? t(`${group}.${key}`) : String(key)
  }
  /** Why dispatch chose or ended something; a distance stands in some of them. */
  function reason(key: string): string {
    const distance = /^nearest (.+)$/.exec(key)?.[1]
    return distance ? t('reason.nearest', { distance }) : word('reason', key)
  }
  /** What a fault pattern needs to see: a signal, `attributes.name` or `event.code`. */
  function need(name: string): string {
    const [space = '', key] = name.split('.')
    if (key === undefined) return word('signal', name)
    return space === 'event' ? `${key} ${word('event', key)}` : word('attribute', key)
  }
  return { t, word, reason, need, known, locale }
}
