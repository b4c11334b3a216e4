// Texts of a page: one locale file a language, loaded when it is needed, with the same keys in all.
// A text is a string with `{places}`, or its plural forms by the categories of Intl.PluralRules
// (`{ "one": …, "few": …, "many": …, "other": … }`), chosen by the parameter `count`.
// Works in a worker too: nothing here touches the DOM.
import { computed, ref, type ComputedRef, type Ref } from 'vue'

export const languages = ['ru', 'uk', 'kk', 'en', 'es'] as const
export type Language = (typeof languages)[number]

export const languageNames: Record<Language, string> = {
  ru: 'Русский',
  uk: 'Українська',
  kk: 'Қазақша',
  en: 'English',
  es: 'Español',
}

type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }
export type Messages = Record<string, string | Plural>
export type Params = Record<string, string | number>
export type Translate = (key: string, params?: Params) => string

export interface I18n {
  language: Ref<Language>
  // For Intl: `uk-UA`.
  locale: ComputedRef<string>
  t: Translate
  has: (key: string) => boolean
  use: (language: Language) => Promise<void>
}

const regions: Record<Language, string> = {
  ru: 'ru-RU',
  uk: 'uk-UA',
  kk: 'kk-KZ',
  en: 'en-GB',
  es: 'es-ES',
}

// `ru-RU`, `ua`, `kz_KZ` → one of ours.
export function languageOf(locale: string | null | undefined, otherwise: Language = 'ru'): Language {
  const word = (locale ?? '').toLowerCase().split(/[-_]/)[0] ?? ''
  if (word === 'ua') return 'uk'
  if (word === 'kz') return 'kk'
  return languages.find((each) => each === word) ?? otherwise
}

export function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in params ? String(params[name]) : whole,
  )
}

// `load` gives the messages of a language: a dynamic import, or a table of what is bundled.
export function createI18n(load: (language: Language) => Promise<Messages>): I18n {
  const language = ref<Language>('ru')
  const messages = ref<Messages>({})
  const locale = computed(() => regions[language.value])

  const t: Translate = (key, params = {}) => {
    const text = messages.value[key]
    if (text === undefined) return key
    if (typeof text === 'string') return fill(text, params)
    const count = Number(params.count ?? 0)
    const form = new Intl.PluralRules(locale.value).select(count)
    const shown = new Intl.NumberFormat(locale.value).format(count)
    return fill(text[form] ?? text.other, { ...params, count: shown })
  }

  return {
    language,
    locale,
    t,
    has: (key) => key in messages.value,
    async use(wanted) {
      messages.value = await load(wanted)
      language.value = wanted
      // A worker has no document, and some hosts of workers give it an empty one.
      if (typeof document !== 'undefined') document.documentElement?.setAttribute('lang', wanted)
    },
  }
}
