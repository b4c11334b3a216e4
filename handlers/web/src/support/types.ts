// What /api/support answers, as far as the page reads it (module/service/support_views.cpp).

export interface User {
  name: string
  role: 'viewer' | 'operator'
  active: boolean
  totp: boolean
}
export interface Me {
  user: User
  csrfToken: string
  version?: string
}

export interface Found {
  paymentId: string
  invoiceUuid: string
  connection: string
  merchant: string
  gateway: string
  order: string
  state: string
  amount: string
  currency: string
  test: boolean
  created: string
  crm: string
}
export interface Account {
  id: string
  publicUrl: string
  crmUrl: string
  active: boolean
  frozen: boolean
  currency: string
  created: string | null
}
export interface Subscription {
  id: string
  connection: string
  merchant: string
  gateway: string
  product: string
  profile: string
  name: string
  invoice: string | null
  orderNumber: string
  state: 'active' | 'stopped' | 'finished' | 'failed'
  stoppedByBuyer: boolean
  cost: string | null
  currency: string
  discount: string | null
  discountCharges: number
  due: string | null
  paymentsMade: number
  limit: number | null
  nextPaymentAt: string | null
  errorCode: string
  error: string
}
export interface SubscriptionAnswer {
  subscription: Subscription
  journal: {
    id: number
    at: string
    kind: string
    summary: string
    detail: unknown
    invoice: string | null
  }[]
  acts: Record<'stop' | 'resume' | 'discount' | 'next-date', boolean>
}
export interface FindAnswer {
  invoices: Found[]
  connections: Account[]
  subscriptions?: Subscription[]
  more: boolean
}
export interface AccountsAnswer {
  connections: Account[]
  more: boolean
}

export interface Problem {
  key: string
  subject: string
  detail: string
  what: string
  todo: string
  since: string
  last: string
  times: number
  connection: string
  dismissible: boolean // a person may say that it is dealt with
}
export interface Stats {
  ready: number
  leased: number
  dead: number
  oldest: string | null
}
export interface Line {
  id: number
  at: string
  kind: string
  summary: string
  detail: unknown
  requestId: string
  cause: number
  paymentId?: string
}
export interface Wire {
  calls: number[]
  failed: number[]
  p50Ms: (number | null)[]
  p95Ms: (number | null)[]
}
export interface ConnectionAnswer {
  connection: Account & {
    locale: string
    timezone: string
    scopes: string[]
    missingScopes: string[]
    registered: string | null
  }
  healthy: boolean
  problems: Problem[]
  outbox: Stats
  merchants: {
    id: string
    name: string
    gateway: string
    active: boolean
    twoStage: boolean
    created: string | null
  }[]
  merchantCount: number
  traffic: {
    from: number
    stepSeconds: number
    gateway: Wire
    crm: Wire
    hooks: number[]
    calls: number
    successRate: number | null
    lastHooks: Line[]
    lastPushes: Line[]
  }
}

export interface Attempt {
  number: number
  at: string
  tookUs: number
  status: number
  outcome: string
  detail: string
}
export interface Effect {
  id: number
  connection: string
  kind: string
  subject: string
  state: 'ready' | 'leased' | 'dead'
  tries: number
  created: string
  due: string
  error: string
  payload: unknown
  attempts?: Attempt[]
}
export interface Operation {
  id: string
  kind: string
  origin: string
  state: string
  amount: string
  reason: string
  tries: number
  created: string | null
  ended: string | null
}
export interface InvoiceAnswer {
  invoice: Found & {
    slug: string
    authorized: string
    captured: string
    refunded: string
    reason: string
    reasonText: string // in the reader's language
    gatewayInvoice: string
    gatewayPayment: string
    merchantName: string
    updated: string | null
    linkExpires: string | null
    holdEnds: string | null
    paid: string | null
    subscription?: string | null // that it is a charge of
    operations: Operation[]
  }
  journal: Line[]
  more: boolean
  waiting: Effect[]
  problems: Problem[]
  acts: { ask: boolean; push: boolean }
}

export interface OutboxAnswer extends Stats {
  parked: { kind: string; reason: string; count: number; oldest: string | null }[]
  rows: Effect[]
  more: boolean
}

export interface AuditRow {
  id: number
  at: string
  actor: string
  role: string
  address: string
  act: string
  connection: string
  subject: string
  detail: Record<string, unknown>
  requestId: string
}
export interface AuditAnswer {
  rows: AuditRow[]
  more: boolean
}
export interface AuditCheck {
  ok: boolean
  rows: number
  wrong: number | null
  why: string
}

export interface ActAnswer {
  act: string
  dryRun: boolean
  would: string[]
  before?: string
  after?: string
  effect?: number | null
  replayed?: number
  fit?: number
  left?: boolean
  subscription?: Subscription
}
