// The emulated Prodamus club (tests/sandbox/prodamus/README.md): a store whose links sell a monthly
// subscription, buyers who join it, and what happens to them there.
import { until } from './process.mjs'
import { SettingsApi } from './world.mjs'

const host = 'demo.payform.ru'
export const product = '593600' // 100.00 a month

export class Club {
  constructor(world) {
    this.world = world
  }

  // Of an account in roubles.
  async addStore(accountUrl, name = 'Club', options = { subscription: product }) {
    const { page } = await this.world.control('GET', `/prodamus/pages/${host}`)
    const api = await SettingsApi.enter(accountUrl)
    const { merchant } = await api.call('POST', '/merchants', {
      gateway: 'prodamus',
      name,
      credentials: { page: host, secretKey: page.key },
      options,
    })
    await this.world.switches({ subscriptionUrls: merchant.hookUrl }, { prodamus: host })
    await this.world.storeIsKnown(merchant.id)
    return { ...merchant, secret: page.key }
  }

  // The buyer opens our link and pays the first month.
  async join(link, phone) {
    await this.pay(link, phone)
    return until('the club has a member', () => this.member())
  }

  // The same for a link of any store. Gives the gateway's page, which may be paid again.
  async pay(link, phone) {
    const opened = await fetch(link, { redirect: 'manual' })
    const page = opened.headers.get('location')
    if (opened.status !== 303 || page === null) throw new Error(`${link}: ${opened.status}`)
    await this.payPage(page, phone)
    return page
  }

  async payPage(page, phone = '+79990000001') {
    const paid = await this.world.control('POST', '/prodamus/payer', { link: page, phone })
    if (!paid.ok) throw new Error(`the buyer can't pay: ${paid.error}`)
  }

  async member() {
    return (await this.world.control('GET', '/prodamus/subscriptions')).subscriptions.at(-1)
  }

  // In kopecks.
  setPrice(price) {
    return this.world.control('POST', '/prodamus/products', { id: Number(product), host, name: 'Club', price, period: 'month' })
  }

  // `{action: 'charge'}` and the like, to the newest member.
  async act(what) {
    const { profile } = await this.member()
    await this.world.control('POST', '/prodamus/subscriptions', { profile, ...what })
  }

  // How often something took effect: `deactivate`, `reactivate`, `discount`, `date`, …
  async count(kind) {
    return (await this.world.control('GET', `/prodamus/deals?kind=${kind}`)).deals.length
  }

  // What the module holds of the newest member's subscription.
  async known() {
    const { profile } = await this.member()
    const words = ['subscription', 'show', String(profile), '--json']
    return JSON.parse(this.world.command(words)).subscription
  }
}
