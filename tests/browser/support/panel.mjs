// The order card's panel in the vendor's sandbox: the CRM page is theirs, its server is the emulated
// CRM (`/embed-proxy`), the extension and its backend are the real module.
import assert from 'node:assert/strict'
import { serveSandbox } from '@retailcrm/embed-ui-v1-sandbox/node'
import { createSandboxWidgetPath } from '@retailcrm/embed-ui-v1-sandbox/automation/playwright'
import axe from 'axe-core'
import { after } from 'node:test'
import { freePort, until } from './process.mjs'

let served
export async function crmPage() {
  served ??= await serveSandbox({ host: '127.0.0.1', port: await freePort() })
  return served.baseUrl.replace(/\/$/, '')
}
after(async () => {
  await served?.close()
})

const scopes = [
  ...['integration_read', 'integration_write', 'payments_read', 'payments_write'],
  ...['reference_read', 'store_read', 'order_read'],
]

// A connected account with a store and an order of the sandbox's fixture (215) with a payment of
// that store's type. `add(accountUrl)` makes another store than one of UAPAY; `account`: more fields
// of it. → {store, order, clientId, extension, embed}
export async function shopWithOrder(world, { amount = 121.5, options = {}, language = 'en', name = 'Tea shop', number = '215C', account = {}, add } = {}) {
  await world.switches({ rateLimit: 0 }, { account: 'demo' })
  await world.putAccount({ name: 'demo', language, scopes, ...account })
  const url = await world.connect()
  const store = await (add?.(url) ?? world.addStore(url, { name, options }))
  const { order } = await world.control('POST', '/orders', {
    account: 'demo',
    id: 215,
    number,
    payments: [{ shop: store.id, amount }],
  })
  const { modules } = await world.account()
  const { clientId, integrations } = modules.tillbridge
  const embed = integrations.embedJs
  assert.equal(embed.runner, 'worker')
  const extension = world.url + embed.entrypoint.replace(/\/script$/, '')
  return { store, order, clientId, embed, extension }
}

// Opens the CRM page with the panel; failures of the page itself come as alerts.
export async function openCard(page, world, shop, { targets, orderId = 215 } = {}) {
  const base = await crmPage()
  page.on('dialog', (dialog) => {
    page.complaints.push(`alert: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(
    base +
      createSandboxWidgetPath({
        manifestUrl: shop.extension,
        extensionUrl: `${world.peers}/embed-proxy/${shop.clientId}/extension/x`,
        targets: targets ?? ['order/card:payment.before'],
        fixture: 'order-basic',
      }),
  )
  if (orderId !== 215) await patch(page, 'order/card', { id: orderId })
  await speak(page, 'en-GB')
  return new Card(page)
}

export function patch(page, context, fields) {
  return page.evaluate(
    ([name, value]) => globalThis.__CRM_EMBED_SANDBOX__.patchContext(name, value),
    [context, fields],
  )
}

export function speak(page, locale) {
  return patch(page, 'settings', { 'system.locale': locale })
}

// The calls that the panel has made so far.
export async function calls(page) {
  const { host } = await page.evaluate(() => globalThis.__CRM_EMBED_SANDBOX__.snapshot())
  return host.http
}

export class Card {
  constructor(page) {
    this.page = page
    this.slot = page.getByRole('region', { name: 'order/card:payment.before' })
    this.sidebar = page.getByRole('dialog').filter({ hasText: /What happened|Payment|Pago|Оплата/ }).first()
  }

  async open() {
    await this.slot.getByRole('button').first().click()
    await this.sidebar.waitFor()
  }

  // An action of the sidebar by its words.
  button(name) {
    return this.sidebar.getByRole('button', { name, exact: true })
  }

  async press(name) {
    await this.button(name).click()
  }

  // Answers the one question; `amount` is typed over what stands there.
  async answer(name, { amount } = {}) {
    const question = this.page.getByRole('dialog').filter({ has: this.page.getByRole('button', { name, exact: true }) }).last()
    if (amount !== undefined) await question.getByRole('textbox').fill(amount)
    await question.getByRole('button', { name, exact: true }).click()
  }

  async shows(text) {
    await this.sidebar.getByText(text).first().waitFor({ timeout: 15_000 })
  }

  async slotShows(text) {
    await this.slot.getByText(text).first().waitFor({ timeout: 15_000 })
  }

  // The host draws a tenth of a second late: what should not be there is waited for to be gone.
  async offers(names) {
    const known = [/^Create a link/, /^Confirm the payment$/, /^Refund$/, /^Cancel$/, /^Check with the gateway$/]
    await until(`the panel offers ${names}`, async () => {
      const shown = []
      for (const name of known)
        if ((await this.sidebar.getByRole('button', { name }).count()) > 0)
          shown.push(String(name).replace(/^\/\^|\$?\/$/g, ''))
      return JSON.stringify(shown) === JSON.stringify(names)
    })
  }
}

// axe-core on what is ours in the page: the slot and the open dialogs.
export async function accessiblePanel(page) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(
      { include: [['[role=dialog]']] },
      { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] },
    ),
  )
  const serious = violations.filter((each) => ['serious', 'critical'].includes(each.impact))
  assert.deepEqual(
    serious.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html}`)),
    [],
  )
}
