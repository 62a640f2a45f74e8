/** Durations, sizes and counts in the language of the screen. */
import { computed } from 'vue'
import { type Span, spanOf } from '../domain/intake-view.js'
import { useWords } from '../words/words.js'

export function useSpans() {
  const { t, locale } = useWords()
  const whole = computed(() => new Intl.NumberFormat(locale.value))
  const rough = computed(
    () => new Intl.NumberFormat(locale.value, { notation: 'compact', maximumSignificantDigits: 3 }),
  )
  const say = ({ unit, count }: Span): string => t(`span.${unit}`, { count })
  return {
    say,
    /** Takes ms. */
    span: (ms: number): string => say(spanOf(ms)),
    number: (count: number): string => whole.value.format(count),
    /** Three digits are enough for a number that changes all the time. */
    about: (count: number): string => rough.value.format(count),
  }
}
