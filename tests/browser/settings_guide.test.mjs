// The first five minutes: from the marketplace to a paid test link, all by hand.
import assert from 'node:assert/strict'
import { scenario, shot } from './support/scenario.mjs'
import { SettingsPage } from './support/settings.mjs'

scenario('the first steps lead from an empty account to a paid test link', async ({ world, page, open }) => {
  const settings = new SettingsPage(page)
  await world.putAccount({ name: 'demo', language: 'en' })
  const merchant = await world.gatewayMerchant()
  // The marketplace card of the CRM sends the browser on to the settings page.
  await page.goto(`${world.peers}/crm/demo/marketplace`)
  await page.locator('#connect').getByRole('button').click()
  await page.waitForURL(`${world.url}/settings`)
  const guide = settings.card('guide.title')
  const step = guide.locator('[aria-current=step]')

  await step.getByRole('heading', { name: settings.t('guide.store') }).waitFor()
  await step.getByRole('button', { name: settings.t('stores.add') }).click()
  await settings.fill({ name: 'Tea shop', shopId: merchant.clientId, secretKey: merchant.secret })
  await settings.inDialog('form.submit').click()

  await step.getByRole('heading', { name: settings.t('guide.type') }).waitFor()
  // The marketplace's key may not make payment types: the admin does it in the CRM.
  await step.getByText(settings.t('types.how')).waitFor()
  await settings.settled()
  const { modules } = await world.account()
  const shop = modules.tillbridge.integrations.payment.shops[0].code
  await world.control('POST', '/accounts/demo/payment-types', { code: 'card', name: 'By card', shop })
  await step.getByRole('button', { name: settings.t('connection.check') }).click()

  await step.getByRole('heading', { name: settings.t('guide.pay') }).waitFor()
  await settings.row('Tea shop').getByText('By card').waitFor()
  await shot(page, 'settings-guide')
  await step.getByRole('button', { name: settings.t('stores.test') }).click()
  // The buyer's phone: a window of its own.
  const buyer = await open({ viewport: { width: 360, height: 740 } })
  await buyer.goto(await settings.dialog.getByRole('link').getAttribute('href'))
  await buyer.locator('#pay').getByRole('button', { name: /Pay/ }).first().click()
  await buyer.waitForLoadState()
  await settings.dialog.getByText(settings.t('test.paid'), { exact: true }).waitFor()
  await settings.inDialog('close').last().click()
  await guide.getByText(settings.t('guide.done')).waitFor()
  assert.equal(await step.count(), 0)

  // Done is done for everybody: the guide does not come back.
  const again = new SettingsPage(await open())
  await again.open((await world.account()).modules.tillbridge.accountUrl)
  await again.settled()
  assert.equal(await again.card('guide.title').count(), 0)
})

scenario('the guide can be hidden, and stays so', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  await settings.open(await world.connect('demo', { language: 'en' }))
  await settings.button('guide.hide').click()
  await settings.card('guide.title').waitFor({ state: 'detached' })
  await page.reload()
  await settings.heading('stores.title').waitFor()
  await settings.settled()
  assert.equal(await settings.card('guide.title').count(), 0)
})
