// What the settings API says (handlers/settings/views.cpp, api.cpp).

export interface Access {
  scope: string
  use: 'payments' | 'paymentTypes' | 'panel' | 'subscriptions'
  granted: boolean
}

export interface Connection {
  crmUrl: string
  publicUrl: string
  active: boolean
  frozen: boolean
  locale: string
  currency: string
  timezone: string
  access: Access[]
}

export interface Choice {
  value: string
  label: string
}

export interface GatewayField {
  code: string
  label: string
  type: 'text' | 'textarea' | 'secret' | 'url' | 'bool' | 'select' | 'list' | 'number'
  required: boolean
  help: string
  choices?: Choice[]
  default?: OptionValue // of an option
}

export type OptionValue = string | boolean | string[]

export interface Gateway {
  code: string
  name: string
  currencies: string[]
  capabilities: Record<string, boolean>
  fields: GatewayField[]
  options: GatewayField[]
}

export interface Options {
  twoStage: boolean
  autoCapture: boolean
  holdEnd: 'void' | 'capture'
  linkLifetimeMinutes: number
  [own: string]: OptionValue | number // the gateway's own
}

export interface MerchantProblem {
  key: string
  what: string
  todo: string
}

export interface Merchant {
  id: string
  gateway: string
  name: string
  active: boolean
  options: Options
  hookUrl: string
  credentials: Record<string, { set: boolean; hint: string }>
  problems?: MerchantProblem[]
}

export interface ProblemGroup {
  key: string
  what: string
  todo: string
  since: string
  last: string
  times: number
  count: number
  merchants: { id: string; name: string }[]
}

export interface Operator {
  name: string
  email: string
  telegram: string
  phone: string
}

export const botEvents = [
  'payment.success',
  'installment.signed',
  'installment.approved',
  'installment.canceled',
  'installment.rejected',
] as const
export const botActions = ['call', 'message', 'variables', 'nothing'] as const
export const botStyles = [
  { code: 'salebot', name: 'Salebot' },
  { code: 'mavibot', name: 'MaviBot' },
  { code: 'savvi', name: 'Savvi' },
] as const

export interface BotReaction {
  action: (typeof botActions)[number]
  instruction: string
  address: string
}

// The connection of a chat-bot platform's bot, in the place of a CRM account.
export interface Bot {
  name: string
  style: (typeof botStyles)[number]['code']
  language: string
  callbackUrl: string
  callbackKey: string
  token: { set: boolean; hint: string }
  signingSecrets: { set: boolean; hint: string }[]
  linksUrl: string
  reactions: Record<string, BotReaction>
}

// One of the bots that an account's admin made for it.
export interface BotLine {
  id: string
  name: string
  active: boolean
  style: Bot['style']
  language: string
  callbackUrl: string
}

export interface MadeBot {
  bot: BotLine
  token: string
  signingSecret: string
  accountUrl: string // of the bot's own page
}

export interface Overview {
  csrfToken: string
  connection: Connection
  bot: Bot | null
  gateways: Gateway[]
  merchantCount: number
  problems: ProblemGroup[]
  operator: Operator
  paidOnce: boolean
}

export interface MerchantList {
  merchants: Merchant[]
  matching: number
  total: number
}

export interface PaymentType {
  code: string
  name: string
  merchantId: string | null
}

export interface PaymentTypes {
  paymentTypes: PaymentType[]
  unread: { code: string; message: string } | null
}

export interface TestPayment {
  paymentId: string
  merchantId: string
  state: 'creating' | 'pending' | 'authorized' | 'paid' | 'refunded' | 'canceled' | 'failed'
  amount: number // minor units
  currency: string
}
