// The panel's own words, in the language that the CRM shows now: a change of it is followed live.
// What is about money (states, steps, refusals) comes in words from the server.
import { useContext as useSettings } from '@retailcrm/embed-ui-v1-contexts/remote/settings'
import type { Pinia } from 'pinia'
import { computed, watch, type ComputedRef, type InjectionKey } from 'vue'
import { createI18n, languageOf, type Language, type Messages, type Translate } from '@/common/i18n'
import en from './locales/en.json'
import es from './locales/es.json'
import kk from './locales/kk.json'
import ru from './locales/ru.json'
import uk from './locales/uk.json'

const tables: Record<Language, Messages> = { en, es, kk, ru, uk }

export interface Texts {
  t: Translate
  locale: ComputedRef<string> // for Intl and for the server: `es-ES`
  money: (amount: string, currency: string) => string
  moment: (iso: string | null) => string
}

export const textsKey: InjectionKey<Texts> = Symbol('texts')

// Needs the settings that the CRM page has given. `ready` is to be awaited before the first picture.
export function makeTexts(pinia: Pinia): Texts & { ready: Promise<void> } {
  const settings = useSettings(pinia)
  const language = computed(() => languageOf(settings['system.locale'], 'en'))
  const i18n = createI18n((wanted) => Promise.resolve(tables[wanted]))
  watch(language, (wanted) => i18n.use(wanted))
  return {
    ready: i18n.use(language.value),
    t: i18n.t,
    locale: i18n.locale,
    money: (amount, currency) =>
      new Intl.NumberFormat(i18n.locale.value, { style: 'currency', currency }).format(
        Number(amount),
      ),
    moment: (iso) =>
      iso === null
        ? ''
        : new Intl.DateTimeFormat(i18n.locale.value, {
            dateStyle: 'short',
            timeStyle: 'short',
          }).format(new Date(iso)),
  }
}
