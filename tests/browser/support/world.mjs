// The module and the sandbox as real processes in a folder of their own, and what people do with
// them beside the browser: the CRM's side, the gateway's, the settings API. The counterpart of
// tests/support/harness/world.hpp.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { freePort, Program, root, until } from './process.mjs'

const marketplaceSecret = 'browser-tests-marketplace-secret'

// `a.b.c` keys → YAML; values are written as they are.
function yaml(config) {
  const tree = {}
  for (const [key, value] of Object.entries(config)) {
    const parts = key.split('.')
    let node = tree
    for (const part of parts.slice(0, -1)) node = node[part] ??= {}
    node[parts.at(-1)] = value
  }
  const write = (node, indent) =>
    Object.entries(node)
      .map(([key, value]) =>
        typeof value === 'object'
          ? `${indent}${key}:\n${write(value, indent + '  ')}`
          : `${indent}${key}: ${value}\n`,
      )
      .join('')
  return write(tree, '')
}

export class World {
  #merchants = 20_000

  // `config`: keys of config/tillbridge.yaml, over what tests need.
  static async start({ config = {}, sandboxArguments = [] } = {}) {
    const world = new World()
    const parent = `${root}/build/browser/worlds`
    mkdirSync(parent, { recursive: true })
    world.folder = mkdtempSync(`${parent}/w-`)
    try {
      await world.#begin(config, sandboxArguments)
    } catch (error) {
      await world.stop()
      throw error
    }
    return world
  }

  async #begin(config, sandboxArguments) {
    const port = await freePort()
    this.url = `http://127.0.0.1:${port}`
    writeFileSync(`${this.folder}/marketplace.secret`, marketplaceSecret + '\n')
    writeFileSync(`${this.folder}/master.key`, randomBytes(32).toString('base64') + '\n', {
      mode: 0o600,
    })
    this.sandbox = new Program(
      'tillbridge-sandbox',
      [
        ...['--listen', '127.0.0.1:0', '--module', this.url],
        ...['--marketplace-secret-file', `${this.folder}/marketplace.secret`],
        ...sandboxArguments,
      ],
      this.folder,
    )
    this.peers = `http://${(await this.sandbox.listening()).address}`
    this.config = {
      'server.listen': `127.0.0.1:${port}`,
      'server.ops_listen': '127.0.0.1:0',
      'server.public_url': this.url,
      'server.threads': 64,
      'store.url': 'sqlite:tillbridge.db',
      'security.master_key_file': 'master.key',
      'security.allow_private_networks': true,
      'marketplace.secret_file': 'marketplace.secret',
      'crm.allowed_hosts': '["127.0.0.1", "localhost"]',
      'gateways.uapay.base_url': `"${this.peers}/uapay/api/"`,
      'gateways.prodamus.base_url': `"${this.peers}/prodamus/{page}/"`,
      'outbox.schedule': '[50ms, 100ms, 200ms, 400ms]',
      ...config,
    }
    writeFileSync(this.configFile, yaml(this.config))
    await this.startModule()
  }

  get configFile() {
    return `${this.folder}/tillbridge.yaml`
  }

  async startModule() {
    this.module = new Program('tillbridge', ['serve', '--config', this.configFile], this.folder)
    await this.module.listening()
  }

  async stopModule() {
    await this.module?.stop()
    this.module = undefined
  }

  // `tillbridge WORD...` with this world's configuration; its standard output. `input` is typed in.
  command(words, input) {
    const program = `${root}/build/bin/tillbridge`
    const args = [...words, '--config', this.configFile]
    return execFileSync(program, args, { cwd: this.folder, input, encoding: 'utf8' })
  }

  // Ends both; keeps the folder where `keep`.
  async stop({ keep = false } = {}) {
    await Promise.all([this.module?.stop(), this.sandbox?.stop()])
    if (!keep) rmSync(this.folder, { recursive: true, force: true })
  }

  // ---- the sandbox's control interface (tests/sandbox/README.md) ----

  async control(method, path, body) {
    const answer = await fetch(`${this.peers}/_control${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text)
  }

  // What somebody does in the CRM: `{account, action, …}`.
  crm(action) {
    return this.control('POST', '/crm', { account: 'demo', ...action })
  }

  wait(condition, fields = {}) {
    const query = new URLSearchParams({ for: condition, account: 'demo', ...fields })
    return this.control('GET', `/wait?timeoutMs=15000&${query}`)
  }

  async account(name = 'demo') {
    return (await this.control('GET', `/accounts/${name}`)).account
  }

  putAccount(fields) {
    return this.control('POST', '/accounts', { name: 'demo', ...fields })
  }

  // Holds for all that exist, or for `{account}` or `{merchant}`.
  switches(set, whose = {}) {
    return this.control('POST', '/switches', { ...whose, set })
  }

  faults(list) {
    return this.control('POST', '/faults', list)
  }

  clearFaults() {
    return this.control('DELETE', '/faults')
  }

  // Buyer at the gateway's page: `{invoice: id or address, action: 'pay'}`.
  payer(action) {
    return this.control('POST', '/payer', action)
  }

  async violations() {
    return (await this.control('GET', '/violations')).violations
  }

  // ---- people of the CRM ----

  // Installs from the marketplace; gives the settings address. `fields` of the account, e.g.
  // `{language: 'en'}`.
  async connect(account = 'demo', fields) {
    if (fields !== undefined) await this.putAccount({ name: account, ...fields })
    const { accountUrl } = await this.crm({ account, action: 'connect' })
    if (typeof accountUrl !== 'string') throw new Error('the CRM was not connected')
    return accountUrl
  }

  // A new UAPAY merchant: `{clientId, secret}`.
  async gatewayMerchant(fields = {}) {
    const clientId = String(++this.#merchants)
    return (await this.control('POST', '/merchants', { clientId, ...fields })).merchant
  }

  // Adds a store through the settings API and waits until the CRM knows it.
  async addStore(accountUrl, { name = 'Shop', options = {}, account = 'demo', merchant } = {}) {
    const api = await SettingsApi.enter(accountUrl)
    const given = merchant ?? (await this.gatewayMerchant())
    const { merchant: made } = await api.call('POST', '/merchants', {
      gateway: 'uapay',
      name,
      credentials: { shopId: given.clientId, secretKey: given.secret },
      options,
    })
    await this.storeIsKnown(made.id, account)
    return { ...made, secret: given.secret, clientId: given.clientId }
  }

  storeIsKnown(id, account = 'demo') {
    return until('the CRM knows the store', async () => {
      const { modules } = await this.account(account)
      const shops = modules?.tillbridge?.integrations?.payment?.shops ?? []
      return shops.some((shop) => shop.code === id)
    })
  }

  // A payment link made by a manager: `{uuid, paymentId, link, orderId, …}`.
  async createPayment(shop, amount = 121.5, more = {}) {
    const answer = await this.crm({ action: 'create', shop, amount, ...more })
    if (answer.status !== 200) throw new Error(`create: ${JSON.stringify(answer)}`)
    const { result } = answer.body
    return {
      uuid: answer.invoice.invoiceUuid,
      paymentId: result.paymentId,
      link: result.invoiceUrl,
      orderId: answer.order?.id,
      order: answer.order,
      invoice: answer.invoice,
    }
  }

  // The buyer opens a link of ours and pays at the gateway.
  async pay(link, more = {}) {
    const opened = await fetch(link, { redirect: 'manual' })
    const page = opened.headers.get('location')
    if (opened.status !== 303 || page === null) throw new Error(`${link}: ${opened.status}`)
    await this.payer({ invoice: page, action: 'pay', card: '4111111111111111', ...more })
  }
}

// The settings API as a script uses it.
export class SettingsApi {
  static async enter(accountUrl) {
    const api = new SettingsApi()
    api.root = new URL('/api/settings', accountUrl).href
    const entered = await fetch(accountUrl, { redirect: 'manual' })
    if (entered.status !== 303) throw new Error(`sign in: ${entered.status}`)
    api.cookie = entered.headers.get('set-cookie').split(';')[0]
    api.csrf = (await api.call('GET', '?limit=0')).csrfToken
    return api
  }

  async raw(method, path, body, headers = {}) {
    return fetch(this.root + path, {
      method,
      headers: {
        Cookie: this.cookie,
        ...(method === 'GET' ? {} : { 'X-CSRF-Token': this.csrf }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  }

  async call(method, path, body) {
    const answer = await this.raw(method, path, body)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text)
  }
}
