// A manager's day in the order card: the vendor's page, the real module, the emulated gateway.
import assert from 'node:assert/strict'
import { accessiblePanel, calls, crmPage, openCard, patch, shopWithOrder, speak } from './support/panel.mjs'
import { until } from './support/process.mjs'
import { scenario, shot } from './support/scenario.mjs'

const host = await crmPage()
const options = { page: { hosts: [host] } }

function reverses(world, invoice) {
  return world.control('GET', `/operations?kind=reverse&invoice=${invoice}`).then((all) => all.operations)
}

async function gatewayInvoice(world) {
  const { invoices } = await world.control('GET', '/uapay/invoices')
  return invoices.at(-1).id
}

scenario('from the link to the last refund', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world, { options: { twoStage: true } })
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: host })
  const card = await openCard(page, world, shop)
  await card.slotShows('No payment link yet')
  await card.open()
  await card.offers(['Create a link'])
  await card.press(/^Create a link/)
  await card.shows('Waiting for the buyer')
  await card.offers(['Cancel', 'Check with the gateway'])

  await card.sidebar.getByRole('button', { name: 'Copy the link' }).click()
  const link = await until('the link is on the clipboard', () =>
    page.evaluate(() => navigator.clipboard.readText().catch(() => '')),
  )
  assert.ok(link.startsWith(`${world.url}/pay/`), link)
  await shot(page, 'panel-pending')

  // It looks again by itself: nobody presses anything while the buyer pays.
  await world.pay(link)
  await card.shows('The money is held')
  await card.offers(['Confirm the payment', 'Cancel', 'Check with the gateway'])
  await card.press('Confirm the payment')
  await card.answer('Confirm', { amount: '100' })
  await card.shows('Confirmed: 100.00 UAH')
  await card.slotShows('Paid')
  await card.offers(['Refund', 'Check with the gateway'])

  await card.press('Refund')
  await card.answer('Yes, refund', { amount: '30' })
  await card.shows('Refunded in part')
  await card.shows('Left to refund')
  await shot(page, 'panel')
  await card.press('Refund')
  await card.answer('Yes, refund')
  await card.slotShows('Refunded')
  const { order } = await world.control('GET', '/orders/demo/215')
  const { uuid } = { uuid: order.payments[0].invoice.invoiceUuid }
  await world.wait('invoice', { uuid, status: 'refundSucceeded' })
  assert.equal((await reverses(world, await gatewayInvoice(world))).length, 2)
  assert.deepEqual(await world.violations(), [])
})

scenario('a question that is answered with no changes nothing', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world)
  const card = await openCard(page, world, shop)
  await card.open()
  await card.press(/^Create a link/)
  await card.shows('Waiting for the buyer')
  await card.press('Cancel')
  await card.answer('No')
  await card.offers(['Cancel', 'Check with the gateway'])
  await card.press('Cancel')
  await card.answer('Yes, cancel')
  await card.slotShows('Cancelled')
  // The order can be paid after all: with a new link.
  await card.offers(['Create a link', 'Check with the gateway'])
})

scenario('a second click makes nothing twice', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world)
  const card = await openCard(page, world, shop)
  await card.open()
  await world.switches({ replyDelayMs: 300 }, { merchant: shop.store.clientId })
  await card.button(/^Create a link/).dblclick()
  await card.shows('Waiting for the buyer')
  assert.equal((await world.control('GET', '/uapay/invoices')).invoices.length, 1)
  assert.equal((await calls(page)).filter((call) => call.action.endsWith('/create')).length, 1)
})

scenario('errors stand in place, with the words of the server', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world, { amount: 50 })
  const card = await openCard(page, world, shop)
  await card.open()
  await card.press(/^Create a link/)
  await card.shows('Waiting for the buyer')
  await world.pay(await card.sidebar.getByRole('link').first().getAttribute('href'))
  await card.slotShows('Paid')

  // More than there is cannot be sent at all.
  await card.press('Refund')
  const question = page.getByRole('dialog').last()
  await question.getByRole('textbox').fill('51')
  await until('the answer is locked', () => question.getByRole('button', { name: 'Yes, refund' }).isDisabled())
  await card.answer('No')

  // Somebody else was quicker: the state is the new one, the words say so.
  const { order } = await world.control('GET', '/orders/demo/215')
  await world.crm({ action: 'refund', invoice: order.payments[0].invoice.invoiceUuid, amount: 10 })
  await card.press('Refund')
  await card.answer('Yes, refund', { amount: '20' })
  await card.shows('The payment has changed since you saw it')
  await card.shows('Left to refund')

  // The module is gone for a moment: nothing breaks, and it is said.
  await world.stopModule()
  await card.press('Check with the gateway')
  await card.shows('The answer did not come')
  await shot(page, 'panel-error')
  await world.startModule()
  await until('the error is gone', async () => {
    const again = card.button('Look again')
    if ((await again.count()) > 0) await again.click({ timeout: 1000 }).catch(() => {})
    return (await card.sidebar.getByText('The answer did not come').count()) === 0
  })
})

scenario('a lost answer is looked up and not repeated', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world, { amount: 40 })
  const card = await openCard(page, world, shop)
  await card.open()
  await card.press(/^Create a link/)
  await card.shows('Waiting for the buyer')
  await world.pay(await card.sidebar.getByRole('link').first().getAttribute('href'))
  await card.slotShows('Paid')
  // The CRM never hears the module's answer; the refund is made all the same.
  await world.faults([{ side: 'crmCall', path: '/extension/api/refund', action: { dropAfter: true } }])
  await card.press('Refund')
  await card.answer('Yes, refund', { amount: '15' })
  await card.shows('Refunded in part')
  assert.equal((await reverses(world, await gatewayInvoice(world))).length, 1)
})

scenario('who closes the panel and comes back sees what became of the act', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world, { amount: 40 })
  const card = await openCard(page, world, shop)
  await card.open()
  await card.press(/^Create a link/)
  await card.shows('Waiting for the buyer')
  await world.pay(await card.sidebar.getByRole('link').first().getAttribute('href'))
  await card.slotShows('Paid')
  let go
  const held = new Promise((resolve) => (go = resolve))
  await page.route('**/extension/api/refund', async (route) => {
    await held
    await route.fulfill({
      status: 502,
      headers: { 'Access-Control-Allow-Origin': '*' },
      json: { error: { code: 'gateway.refused', message: 'The gateway said no' } },
    })
  })
  await card.press('Refund')
  const sent = page.waitForRequest('**/extension/api/refund')
  await card.answer('Yes, refund', { amount: '15' })
  await sent
  await card.press('Close')
  await card.sidebar.waitFor({ state: 'hidden' })
  await card.open()
  await until('nothing can be pressed meanwhile', () => card.button('Refund').isDisabled())
  go()
  await card.shows('The gateway said no')
  await until('it can be tried again', () => card.button('Refund').isEnabled())
})

scenario('the language follows the CRM live', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world)
  const card = await openCard(page, world, shop)
  await card.open()
  await card.shows('No payment link yet')
  await speak(page, 'es-ES')
  await page.getByText('Todavía no hay enlace de pago').first().waitFor()
  await page.getByRole('button', { name: /^Crear un enlace por/ }).waitFor()
  await speak(page, 'ru-RU')
  await page.getByText('Ссылки на оплату ещё нет').first().waitFor()
  await page.getByRole('button', { name: /^Создать ссылку на/ }).waitFor()
  await shot(page, 'panel-ru')
})

scenario('an order that is not saved yet', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world)
  const card = await openCard(page, world, shop)
  await card.slotShows('No payment link yet')
  await patch(page, 'order/card', { id: null })
  await card.slotShows('Save the order to take a payment')
  const before = (await calls(page)).length
  await patch(page, 'order/card', { id: 215 })
  await card.slotShows('No payment link yet')
  assert.ok((await calls(page)).length > before)
})

scenario('it asks again only while it is open and something can move', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world)
  const card = await openCard(page, world, shop)
  await card.open()
  await card.press(/^Create a link/)
  await card.shows('Waiting for the buyer')
  const states = async () => (await calls(page)).filter((call) => call.action.endsWith('/state')).length
  const before = await states()
  await until('it asks by itself', async () => (await states()) > before)
  await card.press('Close')
  await card.sidebar.waitFor({ state: 'hidden' })
  const closed = await states()
  await new Promise((resolve) => setTimeout(resolve, 5000)) // longer than its first pause
  assert.equal(await states(), closed)
})

scenario('by keyboard, and without barriers', options, async ({ world, page }) => {
  const shop = await shopWithOrder(world)
  const card = await openCard(page, world, shop)
  await card.slotShows('No payment link yet')
  await card.slot.getByRole('button', { name: 'Payment' }).focus()
  await page.keyboard.press('Enter')
  await card.button(/^Create a link/).focus()
  await page.keyboard.press('Enter')
  await card.shows('Waiting for the buyer')
  await accessiblePanel(page)
})


scenario('what people have typed is text', options, async ({ world, page }) => {
  const evil = '<img src=x onerror="alert(1)">'
  const shop = await shopWithOrder(world, { name: evil, number: evil })
  const card = await openCard(page, world, shop)
  await card.open()
  await card.press(/^Create a link/)
  await card.shows('Waiting for the buyer')
  await card.shows(evil)
  assert.equal(await page.locator('img[src="x"]').count(), 0)
  const link = await card.sidebar.getByRole('link').first().getAttribute('href')
  await world.crm({ action: 'cancel', invoice: (await world.control('GET', '/orders/demo/215')).order.payments[0].invoice.invoiceUuid })
  await page.goto(link)
  assert.equal(await page.locator('.shop').textContent(), evil)
})
