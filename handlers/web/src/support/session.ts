// Who is signed in, the way to the API, and the reader's language, for all of this page.
import { inject, provide, reactive, type InjectionKey } from 'vue'
import { Api, ApiError } from '@/common/api'
import { createI18n, languageOf, languages, type I18n, type Language } from '@/common/i18n'
import type { Me, User } from './types'

const keyOfLanguage = 'tillbridge.support.language'

export interface Session {
  api: Api
  i18n: I18n
  state: { known: boolean; user: User | null; version: string }
  operates: () => boolean
  load: () => Promise<void>
  enter: (me: Me) => void
  leave: () => Promise<void>
  choose: (language: Language) => Promise<void>
}

const key: InjectionKey<Session> = Symbol('session')

function firstLanguage(): Language {
  const kept = localStorage.getItem(keyOfLanguage)
  const found = languages.find((each) => each === kept)
  return found ?? languageOf(navigator.language, 'en')
}

export function createSession(): Session {
  const i18n = createI18n(async (language) => {
    const files = import.meta.glob<{ default: Record<string, string> }>('./locales/*.json')
    const file = files[`./locales/${language}.json`]
    if (file === undefined) throw new Error(`no texts in ${language}`)
    return (await file()).default
  })
  const state = reactive<Session['state']>({ known: false, user: null, version: '' })
  const api = new Api({
    root: '/api/support',
    language: () => i18n.language.value,
    onSignedOut: () => {
      state.user = null
    },
  })
  const enter = (me: Me) => {
    api.setCsrf(me.csrfToken)
    state.user = me.user
    state.version = me.version ?? state.version
  }
  return {
    api,
    i18n,
    state,
    operates: () => state.user?.role === 'operator',
    enter,
    async load() {
      await i18n.use(firstLanguage())
      try {
        enter(await api.get<Me>())
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
      }
      state.known = true
    },
    async leave() {
      await api.post('/logout').catch(() => undefined)
      state.user = null
    },
    async choose(language) {
      localStorage.setItem(keyOfLanguage, language)
      await i18n.use(language)
    },
  }
}

export function offer(session: Session): void {
  provide(key, session)
}

export function useSession(): Session {
  const session = inject(key)
  if (session === undefined) throw new Error('no session')
  return session
}

// What went wrong, in a sentence for the reader.
export function sentence(error: unknown, i18n: I18n): string {
  if (!(error instanceof ApiError)) return i18n.t('error.unknown')
  const text = error.message === '' ? i18n.t('error.network') : error.message
  return error.requestId === '' ? text : `${text} (${error.requestId})`
}
