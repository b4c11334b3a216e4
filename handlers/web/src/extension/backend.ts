// What our own server says of an order, and how it is asked. The CRM carries the call and adds who
// it is for; the panel holds no rule about money: what may be done now is in the state.

export interface Offer {
  action:
    | 'create'
    | 'capture'
    | 'cancel'
    | 'refund'
    | 'check'
    | 'stop'
    | 'resume'
    | 'discount'
    | 'next-date'
  key?: string // of this one act: the same again is the same act
  token?: string
  max?: string
  currency?: string
  part?: boolean // less than `max` may be asked for
  payment?: number // create: the CRM's payment on the order
  store?: string
}

export interface Step {
  at: string
  text: string
}

export interface Payment {
  id: string
  state: 'creating' | 'pending' | 'authorized' | 'paid' | 'refunded' | 'canceled' | 'failed'
  amount: string
  currency: string
  authorized: string
  captured: string
  refunded: string
  refundable: string
  busy: boolean
  reason: string
  link: string
  store: string
  createdAt: string | null
  linkExpiresAt: string | null
  holdEndsAt: string | null
  paidAt: string | null
  timeline: Step[]
}

// What the payment is a charge of.
export interface Subscription {
  id: string
  name: string
  state: 'active' | 'stopped' | 'finished' | 'failed'
  label: string
  due: string | null
  currency: string
  paymentsMade: number
  nextPaymentAt: string | null
  error: string
}

// What a question may bring beside an amount.
export interface More {
  charges?: number
  date?: string
}

export interface Other {
  id: string
  label: string
  amount: string
  currency: string
  createdAt: string
}

export interface State {
  order: { id: number; number: string }
  label: string
  payment: Payment | null
  subscription: Subscription | null
  others: Other[]
  actions: Offer[]
  notes: string[]
  moving: boolean
}

// `state` where an answer came that carries one; `lost` where nobody knows what became of the call.
export interface Reply {
  state?: State
  message?: string // the server's words, in the reader's language
  field?: string
  lost?: boolean
}

export type HttpCall = (
  action: string,
  payload: Record<string, unknown>,
) => Promise<{ body: string; status: number }>

interface Body {
  state?: State
  error?: { code?: string; message?: string; field?: string }
}

function parsed(text: string): Body | undefined {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Body) : undefined
  } catch {
    return undefined
  }
}

export async function ask(
  call: HttpCall,
  action: string,
  payload: Record<string, unknown>,
): Promise<Reply> {
  let answer: { body: string; status: number }
  try {
    answer = await call(`/extension/api/${action}`, payload)
  } catch {
    return { lost: true }
  }
  const body = parsed(answer.body)
  if (answer.status === 200 && body?.state !== undefined) return { state: body.state }
  const error = typeof body?.error === 'object' ? body.error : undefined
  if (error?.message === undefined) return { lost: true }
  return { state: body?.state, message: error.message, field: error.field }
}
