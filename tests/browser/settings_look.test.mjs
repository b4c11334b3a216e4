// The settings page in each of its states: a screenshot, and axe-core.
import { accessible, scenario, shot } from './support/scenario.mjs'
import { SettingsPage } from './support/settings.mjs'

async function see(page, name, options) {
  await accessible(page)
  await shot(page, `settings-${name}`, options)
}

const phone = { width: 360, height: 740 }
const window = { fullPage: false }

scenario('the first visit, and a form with what is missing', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  await settings.open(await world.connect('demo', { language: 'en' }))
  await settings.settled()
  await see(page, 'first-visit')
  await settings.startAdding()
  await see(page, 'form-new', window)
  await settings.inDialog('form.submit').click()
  await page.getByText(settings.t('form.required')).first().waitFor()
  await see(page, 'form-missing', window)
  await page.setViewportSize(phone)
  await see(page, 'form-missing-phone', window)
})

scenario('stores with problems, on a desk and on a phone', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const shop = await world.addStore(url, { name: 'Tea shop' })
  await world.addStore(url, { name: 'Furniture', options: { twoStage: true } })
  await world.control('POST', '/merchants', { clientId: shop.clientId, secret: 'another' })
  await settings.open(url)
  await settings.row('Tea shop').getByRole('button', { name: 'Check' }).click()
  await settings.card('problems.title').waitFor()
  await settings.settled()
  await see(page, 'problems')
  await page.setViewportSize(phone)
  await see(page, 'problems-phone')
})

scenario(
  'an account in order, its forms and windows',
  { world: { config: { 'operator.name': 'Tillbridge Ltd', 'operator.email': 'help@example.com', 'operator.telegram': '"@tillbridge"' } } },
  async ({ world, page }) => {
    const settings = new SettingsPage(page)
    const url = await world.connect('demo', { language: 'en' })
    for (const [name, twoStage] of [['Tea shop', false], ['Furniture', true], ['Old shop', false]]) {
      const shop = await world.addStore(url, { name, options: { twoStage } })
      await world.control('POST', '/accounts/demo/payment-types', { code: `card-${shop.id}`, name: `Card, ${name}`, shop: shop.id })
    }
    await settings.open(url)
    await settings.row('Old shop').getByRole('button', { name: 'Switch off' }).click()
    await see(page, 'confirm', window)
    await settings.inDialog('stores.deactivate').click()
    await settings.notice('stores.deactivated', { name: 'Old shop' })
    await settings.button('dismiss').click()
    await settings.button('guide.hide').click()
    await settings.settled()
    await see(page, 'stores')
    // README shows this one.
    await shot(page, 'settings')
    await page.setViewportSize(phone)
    await see(page, 'stores-phone')
    await page.setViewportSize({ width: 1200, height: 900 })

    await settings.row('Furniture').getByRole('button', { name: 'Edit' }).click()
    await settings.dialog.getByText(settings.t('form.hook')).click()
    await see(page, 'form-edit', window)
    await settings.inDialog('cancel').click()

    await settings.row('Tea shop').getByRole('button', { name: 'Test link' }).click()
    await page.getByText(settings.t('test.waiting')).waitFor()
    await see(page, 'test-waiting', window)
    await world.pay(await settings.dialog.getByRole('link').getAttribute('href'))
    await page.getByText(settings.t('test.paid'), { exact: true }).waitFor()
    await see(page, 'test-paid', window)
    await settings.dialog.getByRole('button', { name: 'Close' }).last().click()

    await settings.button('key.open').click()
    await see(page, 'key', window)
    await settings.inDialog('cancel').click()
    await settings.button('entry.end').click()
    await settings.inDialog('entry.end').click()
    await page.getByText(settings.t('out.title')).waitFor()
    await see(page, 'signed-out')
  },
)

scenario('a CRM that is away', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  await world.addStore(url)
  await world.faults({ side: 'crm', count: 0, action: { dropBefore: true } })
  await settings.open(url)
  await settings.card('problems.title').waitFor()
  await settings.settled()
  await see(page, 'crm-away')
})

scenario('a frozen account, a key without rights', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  await world.addStore(url)
  await world.crm({ action: 'activity', freeze: true })
  const { keys } = await world.account()
  const installed = keys.find((key) => key.origin === 'marketplace')
  await world.control('POST', '/accounts/demo/keys', { apiKey: installed.apiKey, scopes: ['integration_read'] })
  await settings.open(url)
  await settings.card('connection.title').getByRole('button', { name: 'Check the connection' }).click()
  await page.getByText(settings.t('access.lacking')).first().waitFor()
  await settings.settled()
  await see(page, 'frozen-and-rights-missing')
})

scenario('the page without its server, and without a script', { complaints: false }, async ({ world, page, open }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  await world.addStore(url, { name: 'Tea shop' })
  await settings.open(url)
  await page.route('**/api/settings/overview', (route) => route.abort())
  await page.reload()
  await page.getByText(settings.t('error.network')).waitFor()
  await see(page, 'failed')
  await page.unroute('**/api/settings/overview')
  await settings.button('again').click()
  await settings.row('Tea shop').waitFor()

  const plain = await open({ javaScriptEnabled: false })
  await plain.goto(url)
  await plain.getByRole('cell', { name: 'Tea shop' }).waitFor()
  await shot(plain, 'settings-no-script')
})
