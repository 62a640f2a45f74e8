/** Language, theme and sound of this screen, kept in this browser. The theme follows the role until somebody chooses. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { themeOf } from '../domain/pages.js'
import type { Language } from '../words/words.js'
import { useSession } from './session.js'

export const usePreferences = defineStore('preferences', () => {
  const session = useSession()
  const language = ref<Language>(read('language') === 'en' ? 'en' : 'zh')
  const chosenTheme = ref<'dark' | 'light' | null>(asTheme(read('theme')))
  const sound = ref(read('sound') !== 'off')
  const theme = computed(() => chosenTheme.value ?? themeOf(session.user?.role ?? null))

  watch(language, (value) => keep('language', value))
  watch(chosenTheme, (value) => keep('theme', value ?? ''))
  watch(sound, (value) => keep('sound', value ? 'on' : 'off'))

  function toggleTheme(): void {
    chosenTheme.value = theme.value === 'dark' ? 'light' : 'dark'
  }
  function toggleLanguage(): void {
    language.value = language.value === 'zh' ? 'en' : 'zh'
  }

  return { language, theme, sound, toggleTheme, toggleLanguage }
})

function asTheme(value: string | null): 'dark' | 'light' | null {
  return value === 'dark' || value === 'light' ? value : null
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`teshe.${name}`)
  } catch {
    return null
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`teshe.${name}`, value)
  } catch {
    // A browser that keeps nothing still works; it asks again next time.
  }
}
