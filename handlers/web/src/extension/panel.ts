// The panel's memory: the state as it was last told, the act that is under way, what went wrong.
// Looks again by itself only while the panel is open and something can still move.
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { ask, type HttpCall, type More, type Offer, type Reply, type State } from './backend'

const firstPause = 3000
const doubt = 30_000 // how long a lost answer is looked after
const longestPause = 30_000

export interface Asker {
  call: HttpCall
  order: Ref<number | null>
  user: Ref<number | null>
  locale: Ref<string>
}

export function usePanel({ call, order, user, locale }: Asker) {
  const state = shallowRef<State>()
  const failure = ref('') // words for the reader; `lost` where there are none
  const acting = ref<Offer['action'] | 'state'>()
  const opened = ref(false)
  let chosen = '' // one of several payments of the order
  let turn = 0 // answers that were overtaken are not shown
  let pause = firstPause
  let doubtUntil = 0 // an answer was lost: what came of it may show a little later
  let actsOn: number | null = null // the order of the act that is under way
  let timer: ReturnType<typeof setTimeout> | undefined

  const about = () => ({
    orderId: order.value,
    locale: locale.value,
    ...(user.value === null ? {} : { userId: user.value }),
    ...(chosen === '' ? {} : { paymentId: chosen }),
  })

  function show(reply: Reply, quiet: boolean): void {
    if (reply.state !== undefined) {
      if (state.value?.payment?.state !== reply.state.payment?.state) pause = firstPause
      state.value = reply.state
    }
    if (reply.message !== undefined) failure.value = reply.message
    else if (reply.lost) failure.value = quiet && state.value !== undefined ? failure.value : 'lost'
    else if (!quiet) failure.value = ''
    schedule()
  }

  // `quiet`: nobody pressed anything, so what was said of the last act stays.
  async function load(quiet = false): Promise<void> {
    // The answer to an act carries the state, and what went wrong: a look must not overtake it.
    if (acting.value !== undefined && acting.value !== 'state' && actsOn === order.value) return
    clearTimeout(timer)
    const mine = ++turn
    if (order.value === null) {
      state.value = acting.value = undefined
      return
    }
    if (!quiet) acting.value = 'state'
    const reply = await ask(call, 'state', about())
    if (mine !== turn) return
    acting.value = undefined
    show(reply, quiet)
  }

  // One act at a time: a second click is not sent, and were it sent, its key would tell.
  async function act(offer: Offer, amount?: string, more: More = {}): Promise<void> {
    if (acting.value !== undefined && acting.value !== 'state') return
    clearTimeout(timer)
    const mine = ++turn
    acting.value = offer.action
    actsOn = order.value
    failure.value = ''
    if (offer.action === 'create') chosen = ''
    const payment = state.value?.payment?.id
    const language = locale.value
    const reply = await ask(call, offer.action, {
      ...about(),
      ...(offer.action === 'create' || payment === undefined ? {} : { paymentId: payment }),
      ...(offer.key === undefined ? {} : { key: offer.key, token: offer.token }),
      ...(offer.payment === undefined ? {} : { payment: offer.payment }),
      ...(amount === undefined ? {} : { amount }),
      ...more,
    })
    if (mine !== turn) return
    acting.value = undefined
    pause = firstPause
    show(reply, false)
    // Whether it was carried out is in the state, not in the lost answer.
    if (reply.lost) doubtUntil = Date.now() + doubt
    if (reply.lost || language !== locale.value) await load(true)
  }

  async function choose(id: string): Promise<void> {
    chosen = id
    await load()
  }

  function schedule(): void {
    clearTimeout(timer)
    if (!opened.value) return
    if (state.value?.moving !== true && Date.now() > doubtUntil) return
    timer = setTimeout(() => void load(true), pause)
    pause = Math.min(pause * 1.5, longestPause)
  }

  watch([order, locale], ([now], [before]) => {
    if (now !== before) {
      chosen = ''
      state.value = undefined
      failure.value = ''
    }
    void load(true)
  })
  watch(opened, (open) => {
    pause = firstPause
    if (open) void load()
    else clearTimeout(timer)
  })
  onScopeDispose(() => {
    turn += 1
    clearTimeout(timer)
  })

  return { state, failure, acting, opened, load, act, choose }
}
