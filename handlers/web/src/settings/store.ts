// All that the page knows and does. Components read `state` and call what they need; whatever an
// action changed is read anew from the server, so the page never guesses.
import { computed, inject, provide, reactive, type InjectionKey } from 'vue'
import { Api, ApiError } from '@/common/api'
import { createI18n, languageOf, languages, type I18n, type Language } from '@/common/i18n'
import type {
  Bot,
  BotLine,
  Connection,
  MadeBot,
  Merchant,
  MerchantList,
  Options,
  Overview,
  PaymentType,
  PaymentTypes,
  TestPayment,
} from './types'

export const pageSize = 25
const languageKey = 'tillbridge.settings.language'
const guideKey = 'tillbridge.settings.guide-hidden'

export interface Draft {
  gateway: string
  name: string
  credentials: Record<string, string | number | boolean>
  options: Partial<Options>
}

export interface Notice {
  kind: 'success' | 'error'
  text: string
}

export interface State {
  phase: 'loading' | 'ready' | 'signedOut' | 'failed'
  overview: Overview | null
  rows: Merchant[]
  matching: number
  offset: number
  search: string
  only: '' | 'active' | 'inactive'
  listing: boolean
  types: PaymentType[] | null // null: not known yet
  unread: string // why the CRM's payment types can't be read
  notice: Notice | null
  guideHidden: boolean
  paid: boolean // a test payment came in while the page was open
  crmUrl: string // kept for who is signed out; a bot has none
  ofBot: boolean
}

function kept(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null // the browser keeps nothing for us
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    // It holds for this visit then.
  }
}

export function createStore() {
  const files = import.meta.glob<{ default: Record<string, string> }>('./locales/*.json')
  const i18n: I18n = createI18n(async (language) => {
    const file = files[`./locales/${language}.json`]
    if (file === undefined) throw new Error(`no texts in ${language}`)
    return (await file()).default
  })
  const state = reactive<State>({
    phase: 'loading',
    overview: null,
    rows: [],
    matching: 0,
    offset: 0,
    search: '',
    only: '',
    listing: false,
    types: null,
    unread: '',
    notice: null,
    guideHidden: kept(guideKey) !== null,
    paid: false,
    crmUrl: '',
    ofBot: false,
  })
  const api = new Api({
    root: '/api/settings',
    language: () => i18n.language.value,
    onSignedOut: () => {
      state.phase = 'signedOut'
    },
  })

  // A sentence for people, whatever was thrown.
  function explain(error: unknown): string {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 0) return i18n.t('error.network')
    const said = error.message === '' ? i18n.t('error.unknown') : error.message
    return error.status >= 500 && error.requestId !== ''
      ? `${said} ${i18n.t('error.request', { id: error.requestId })}`
      : said
  }

  const mayCreateTypes = computed(
    () =>
      state.overview?.connection.access.some((each) => each.use === 'paymentTypes' && each.granted) ??
      false,
  )

  // Why the CRM's payment types are not there, unless a problem on top says it already.
  const unread = computed(() =>
    state.overview?.problems.some((each) => each.key.startsWith('crm.')) ? '' : state.unread,
  )

  function tell(kind: Notice['kind'], text: string): void {
    state.notice = { kind, text }
  }

  async function readOverview(): Promise<void> {
    const overview = await api.get<Overview>('/overview')
    api.setCsrf(overview.csrfToken)
    state.overview = overview
    state.crmUrl = overview.bot ? '' : overview.connection.publicUrl
    state.ofBot = overview.bot !== null
  }

  let listCall = 0
  async function readList(): Promise<void> {
    const call = ++listCall
    state.listing = true
    const query = new URLSearchParams({ offset: String(state.offset), limit: String(pageSize) })
    if (state.search.trim() !== '') query.set('q', state.search.trim())
    if (state.only !== '') query.set('state', state.only)
    try {
      const list = await api.get<MerchantList>(`/stores?${query}`)
      if (call !== listCall) return // a later question was asked meanwhile
      state.rows = list.merchants
      state.matching = list.matching
    } catch (error) {
      if (call === listCall) throw error
    } finally {
      if (call === listCall) state.listing = false
    }
  }

  async function readTypes(): Promise<void> {
    const { paymentTypes, unread } = await api.get<PaymentTypes>('/payment-types')
    state.types = unread === null ? paymentTypes : (state.types ?? [])
    state.unread = unread?.message ?? ''
  }

  // What is shown beside an answer that was already given; a failure there is no failure of it.
  async function refresh(): Promise<void> {
    await Promise.all([readOverview(), readList()]).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error
    })
  }

  async function refreshWithTypes(): Promise<void> {
    await refresh()
    await readTypes()
      .then(refresh) // reading the types raises and clears problems
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error
      })
  }

  function firstLanguage(): Language {
    const chosen = languages.find((each) => each === kept(languageKey))
    // The server writes the account's language into the page.
    return chosen ?? languageOf(document.documentElement.lang)
  }

  async function load(): Promise<void> {
    state.phase = 'loading'
    await i18n.use(firstLanguage())
    try {
      await Promise.all([readOverview(), readList()])
      state.phase = 'ready'
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (!error.signedOut) state.phase = 'failed'
      tell('error', explain(error))
      return
    }
    await readTypes()
      .then(refresh)
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error
        state.unread = explain(error)
      })
  }

  async function choose(language: Language): Promise<void> {
    keep(languageKey, language)
    await i18n.use(language)
    if (state.phase === 'ready') await refreshWithTypes()
  }

  async function changeMerchant(id: string, act: string): Promise<Merchant> {
    const { merchant } = await api.post<{ merchant: Merchant }>(`/merchants/${id}/${act}`)
    return merchant
  }

  return {
    state,
    i18n,
    api,
    mayCreateTypes,
    unread,
    explain,
    tell,
    load,
    choose,
    readList,
    refresh,
    refreshWithTypes,

    hideGuide() {
      keep(guideKey, '1')
      state.guideHidden = true
    },

    async find(id: string): Promise<Merchant | undefined> {
      const query = new URLSearchParams({ q: id, limit: '1' })
      return (await api.get<MerchantList>(`/stores?${query}`)).merchants[0]
    },

    async save(draft: Draft, id?: string): Promise<Merchant> {
      const { gateway, ...changed } = draft
      const { merchant } =
        id === undefined
          ? await api.post<{ merchant: Merchant }>('/merchants', { gateway, ...changed })
          : await api.patch<{ merchant: Merchant }>(`/merchants/${id}`, changed)
      void refreshWithTypes()
      return merchant
    },

    async setActive(id: string, active: boolean): Promise<void> {
      await changeMerchant(id, active ? 'activate' : 'deactivate')
      void refreshWithTypes()
    },

    // Raises or clears the store's problems, so they are read anew also where it was refused.
    async check(id: string): Promise<void> {
      try {
        await changeMerchant(id, 'check')
      } finally {
        void refresh()
      }
    },

    async createType(id: string): Promise<void> {
      await changeMerchant(id, 'payment-type')
      await refreshWithTypes()
    },

    testLink(id: string): Promise<{ url: string; paymentId: string }> {
      return api.post(`/merchants/${id}/test-link`)
    },

    testPayment(paymentId: string): Promise<TestPayment> {
      return api.get(`/test-payments/${encodeURIComponent(paymentId)}`)
    },

    async checkConnection(): Promise<void> {
      try {
        const { connection } = await api.post<{ connection: Connection }>('/connection/check')
        if (state.overview) state.overview.connection = connection
      } finally {
        void refreshWithTypes()
      }
    },

    async replaceKey(apiKey: string): Promise<void> {
      await api.post('/connection', { apiKey })
      void refreshWithTypes()
    },

    async bots(): Promise<BotLine[]> {
      return (await api.get<{ bots: BotLine[] }>('/bots')).bots
    },

    addBot(draft: Pick<BotLine, 'name' | 'style' | 'language' | 'callbackUrl'>): Promise<MadeBot> {
      return api.post('/bots', draft)
    },

    // From here on the browser is signed in to the bot's page.
    async openBot(id: string): Promise<void> {
      await api.post(`/bots/${encodeURIComponent(id)}/open`)
    },

    async switchBot(id: string, active: boolean): Promise<void> {
      await api.post(`/bots/${encodeURIComponent(id)}/${active ? 'activate' : 'deactivate'}`)
    },

    async saveBot(changed: Pick<Bot, 'callbackUrl' | 'language' | 'style' | 'reactions'>): Promise<void> {
      const { bot } = await api.patch<{ bot: Bot }>('/bot', changed)
      if (state.overview) state.overview.bot = bot
    },

    // → what is shown this once; empty: nothing is.
    async renewBot(what: 'token' | 'callbackKey' | 'signingSecret'): Promise<string> {
      const paths = { token: 'token', callbackKey: 'callback-key', signingSecret: 'signing-secret' }
      const answer = await api.post<{ bot: Bot; token?: string; secret?: string }>(
        `/bot/${paths[what]}`,
      )
      if (state.overview) state.overview.bot = answer.bot
      return answer.token ?? answer.secret ?? ''
    },

    async endSessions(): Promise<void> {
      await api.post('/sessions/end')
      state.phase = 'signedOut'
    },

    async renewLink(): Promise<string> {
      return (await api.post<{ accountUrl: string }>('/link/renew')).accountUrl
    },
  }
}

export type Store = ReturnType<typeof createStore>

const key: InjectionKey<Store> = Symbol('settings')

export function offer(store: Store): void {
  provide(key, store)
}

export function useStore(): Store {
  const store = inject(key)
  if (store === undefined) throw new Error('no store is offered')
  return store
}
