// A chat-bot platform's bot beside the CRM: connected by a command, calling with its token, told at
// the emulated bot of the sandbox (tests/sandbox/bot/site.hpp).
import { SettingsApi } from './world.mjs'

export class Bot {
  static connect(world, { name = 'shop', style = 'salebot', language = 'en' } = {}) {
    const bot = new Bot()
    bot.world = world
    bot.name = name
    bot.address = `${world.peers}/bots/${name}`
    const made = JSON.parse(
      world.command([
        ...['connect', '--bot', '--name', name, '--callback', bot.address],
        ...['--style', style, '--language', language, '--json'],
      ]),
    )
    return Object.assign(bot, made) // accountUrl, token, signingSecret
  }

  async state() {
    return (await (await SettingsApi.enter(this.accountUrl)).call('GET', '?limit=0')).bot
  }

  async addStore() {
    const { clientId, secret } = await this.world.gatewayMerchant()
    const api = await SettingsApi.enter(this.accountUrl)
    await api.call('POST', '/merchants', {
      gateway: 'uapay',
      name: 'Bot store',
      credentials: { shopId: clientId, secretKey: secret },
    })
  }

  // Which secrets its calls are checked with.
  expectSecrets(secrets) {
    return this.world.control('POST', '/bots', { name: this.name, secrets })
  }

  heard() {
    return this.world.control('GET', `/bots/${this.name}`)
  }

  ask(variables, token = this.token) {
    return fetch(`${this.world.url}/bot/links`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(variables),
    })
  }

  async sell(variables) {
    const answer = await this.ask(variables)
    const made = await answer.json()
    if (!answer.ok) throw new Error(`/bot/links: ${answer.status} ${JSON.stringify(made)}`)
    await this.world.pay(made.payment_link)
    return made
  }
}
