// The CRM's side on the settings page: the key and its rights, a frozen account, whom to ask.
import assert from 'node:assert/strict'
import { scenario } from './support/scenario.mjs'
import { SettingsApi } from './support/world.mjs'
import { SettingsPage } from './support/settings.mjs'

const needed = [
  ...['integration_read', 'integration_write', 'payments_read', 'payments_write', 'reference_read'],
  ...['store_read'],
]
const installedKey = async (world, account = 'demo') =>
  (await world.account(account)).keys.find((key) => key.origin === 'marketplace').apiKey

scenario('the key is replaced: a wrong one is refused at its field, the right one is taken', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const bodies = []
  page.on('response', async (response) => bodies.push(await response.text().catch(() => '')))
  await settings.open(await world.connect('demo', { language: 'en' }))
  await world.connect('other', {})
  const fresh = 'a-key-made-by-hand-123456'
  await world.control('POST', '/accounts/demo/keys', { apiKey: fresh, scopes: needed })
  await settings.button('key.open').click()
  const field = settings.dialog.locator('[name=apiKey]')
  const refusedWith = async (key, words) => {
    await field.fill(key)
    await settings.inDialog('key.submit').click()
    await settings.dialog.getByText(words).waitFor()
    assert.match(await settings.errorAt(field), words)
    assert.equal(await field.evaluate((each) => each === document.activeElement), true)
  }
  await refusedWith('', /Fill in this field/)
  await refusedWith('no-such-key', /does not accept the API key/)
  await world.control('POST', '/accounts/demo/keys', { apiKey: 'weak-key-0001', scopes: ['integration_read'] })
  await refusedWith('weak-key-0001', /lacks these rights: .*payments_write/)
  await field.fill(` ${fresh} `)
  await settings.inDialog('key.submit').click()
  await settings.notice('key.done')
  await page.waitForLoadState('networkidle')
  for (const body of bodies) assert.ok(!body.includes(fresh) && !body.includes('weak-key-0001'))

  // From now on it is the one that is used.
  const old = await installedKey(world)
  await world.control('POST', '/accounts/demo/keys', { apiKey: old, revoke: old })
  await settings.card('connection.title').getByRole('button', { name: 'Check the connection' }).click()
  await settings.notice('connection.checked')
})

scenario('rights that are taken away are named, with where to grant them', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  await settings.open(await world.connect('demo', { language: 'en' }))
  const card = settings.card('connection.title')
  const rights = card.locator('li')
  await card.getByText(settings.t('access.title')).click()
  await rights.filter({ hasText: 'payments_write' }).getByText(settings.t('access.granted')).waitFor()

  const apiKey = await installedKey(world)
  await world.control('POST', '/accounts/demo/keys', { apiKey, scopes: needed.filter((each) => each !== 'payments_write') })
  await card.getByRole('button', { name: 'Check the connection' }).click()
  await rights.filter({ hasText: 'payments_write' }).getByText(settings.t('access.lacking')).waitFor()
  await card.getByText(settings.t('access.where')).waitFor()
  const problems = settings.card('problems.title')
  await problems.getByText(/lacks rights.*payments_write/).waitFor()

  await world.control('POST', '/accounts/demo/keys', { apiKey, scopes: needed })
  await problems.getByRole('button', { name: 'Check the connection' }).first().click()
  await problems.getByText(/lacks rights/).waitFor({ state: 'detached' })
})

scenario('a frozen account and a module that is switched off are said on top', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  await settings.open(await world.connect('demo', { language: 'en' }))
  const problems = settings.card('problems.title')
  await world.crm({ action: 'activity', freeze: true })
  await page.reload()
  await problems.getByText(settings.t('connection.frozenText')).waitFor()
  await settings.card('connection.title').getByText(settings.t('connection.frozen'), { exact: true }).waitFor()
  await world.crm({ action: 'activity', freeze: false, active: false })
  await page.reload()
  await problems.getByText(settings.t('connection.inactiveText')).waitFor()
  await world.crm({ action: 'activity', active: true })
  await page.reload()
  await settings.card('connection.title').getByText(settings.t('connection.active'), { exact: true }).waitFor()
  await settings.settled()
  assert.equal(await problems.count(), 0)
})

scenario('a problem of very many stores is one, with some of their names', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const api = await SettingsApi.enter(url)
  const { clientId, secret } = await world.gatewayMerchant()
  for (let i = 0; i < 14; ++i)
    await api.call('POST', '/merchants', { gateway: 'uapay', name: `Shop ${i}`, credentials: { shopId: clientId, secretKey: secret } })
  await settings.open(url)
  await settings.button('guide.hide').click()
  const problems = settings.card('problems.title')
  await problems.getByText('has no payment type').waitFor()
  assert.equal(await problems.getByText('has no payment type').count(), 1)
  await problems.getByText('and 4 more stores').waitFor()
  // Each leads to its form, also where it is not on this page of the list.
  const named = problems.getByRole('button', { name: /^Edit the store/ })
  assert.equal(await named.count(), 10)
  const name = await named.first().innerText()
  await page.getByRole('searchbox').fill('no such store')
  await page.getByText(settings.t('stores.nothing')).waitFor()
  await named.first().click()
  await settings.dialog.getByRole('heading', { name: settings.t('form.edit', { name }), exact: true }).waitFor()
})

scenario(
  'whom to ask stands at the end of the page',
  { world: { config: { 'operator.name': 'Tillbridge Ltd', 'operator.email': 'help@example.com', 'operator.telegram': '"@till_bridge"', 'operator.phone': '"+380 44 000 00 00"' } } },
  async ({ world, page }) => {
    const settings = new SettingsPage(page)
    await settings.open(await world.connect('demo', { language: 'en' }))
    const contacts = settings.card('contacts.title')
    await contacts.getByText('Tillbridge Ltd').waitFor()
    const hrefs = await contacts.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    assert.deepEqual(hrefs, ['mailto:help@example.com', 'tel:+380 44 000 00 00', 'https://t.me/till_bridge'])
  },
)
