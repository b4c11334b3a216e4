// Stores on the settings page: add, edit, switch, check, payment type, test link.
import assert from 'node:assert/strict'
import { until } from './support/process.mjs'
import { scenario } from './support/scenario.mjs'
import { SettingsApi } from './support/world.mjs'
import { SettingsPage } from './support/settings.mjs'

// With the right to make payment types too.
const allScopes = [
  ...['integration_read', 'integration_write', 'payments_read', 'payments_write', 'reference_read'],
  ...['store_read', 'reference_write', 'order_read', 'order_write'],
]

async function registered(world, id) {
  const { modules } = await world.account()
  return modules.tillbridge.integrations.payment.shops.find((shop) => shop.code === id)
}

scenario('a store is added: a wrong key is refused at its field, the right one is taken', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const bodies = []
  page.on('response', async (response) => bodies.push(await response.text().catch(() => '')))
  await settings.open(await world.connect('demo', { language: 'en' }))
  const merchant = await world.gatewayMerchant()
  await settings.startAdding()
  await settings.fill({ name: 'Tea shop', shopId: merchant.clientId, secretKey: 'not-the-secret' })
  await settings.inDialog('form.submit').click()

  const secret = settings.dialog.locator('[name=secretKey]')
  await page.locator('[name=secretKey][aria-invalid=true]').waitFor()
  assert.match(await settings.errorAt(secret), /gateway does not accept these credentials/)
  assert.equal(await settings.errorAt(settings.dialog.locator('[name=shopId]')), '')
  assert.equal(await secret.evaluate((each) => each === document.activeElement), true)
  // What was typed is still there, so only the key has to be corrected.
  assert.equal(await settings.dialog.locator('[name=name]').inputValue(), 'Tea shop')

  await secret.fill(merchant.secret)
  await settings.inDialog('form.submit').click()
  await settings.notice('stores.added', { name: 'Tea shop' })
  assert.equal(await settings.dialog.count(), 0)
  await settings.row('Tea shop').getByText(settings.t('stores.on'), { exact: true }).waitFor()
  await until('the CRM knows the store', async () => {
    const shops = (await world.account()).modules.tillbridge.integrations.payment?.shops ?? []
    return shops.some((shop) => shop.name === 'Tea shop' && shop.active)
  })
  await page.waitForLoadState('networkidle')
  assert.ok(bodies.length > 5)
  for (const body of bodies) assert.ok(!body.includes(merchant.secret), 'a secret came back')
})

scenario('what is missing is said without asking the server', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  await settings.open(await world.connect('demo', { language: 'en' }))
  await settings.settled()
  let asked = 0
  page.on('request', (request) => (asked += request.method() === 'POST' ? 1 : 0))
  await settings.startAdding()
  await settings.inDialog('form.submit').click()
  for (const name of ['name', 'shopId', 'secretKey'])
    assert.equal(await settings.errorAt(settings.dialog.locator(`[name=${name}]`)), settings.t('form.required'))
  await settings.dialog.locator('[name=lifetime]').fill('soon')
  await settings.inDialog('form.submit').click()
  assert.equal(await settings.errorAt(settings.dialog.locator('[name=lifetime]')), settings.t('form.lifetimeWrong'))
  assert.equal(asked, 0)
})

scenario('a store is edited: name and options change, the secret is kept or replaced', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const shop = await world.addStore(url, { name: 'Furniture' })
  await settings.open(url)
  const edit = (name) => settings.row(name).getByRole('button', { name: 'Edit' }).click()

  await edit('Furniture')
  const secret = settings.dialog.locator('[name=secretKey]')
  assert.equal(await secret.inputValue(), '')
  assert.match(await secret.getAttribute('placeholder'), new RegExp(shop.secret.slice(-4)))
  await settings.fill({ name: 'Chairs' })
  await settings.field(settings.t('form.twoStage')).check()
  await settings.field(settings.t('form.autoCapture')).check()
  await settings.dialog.locator('[name=holdEnd]').selectOption('capture')
  await settings.dialog.locator('[name=lifetime]').fill('36')
  await settings.inDialog('save').click()
  await settings.notice('stores.saved', { name: 'Chairs' })
  await settings.row('Chairs').getByText(settings.t('stores.twoStage')).waitFor()
  const api = await SettingsApi.enter(url)
  let [stored] = (await api.call('GET', '')).merchants
  assert.equal(stored.id, shop.id)
  assert.deepEqual(stored.options, { twoStage: true, autoCapture: true, holdEnd: 'capture', linkLifetimeMinutes: 36 * 60 })
  assert.equal(stored.credentials.secretKey.hint, `••••${shop.secret.slice(-4)}`)

  await edit('Chairs')
  assert.equal(await settings.dialog.locator('[name=lifetime]').inputValue(), '36')
  assert.equal(await settings.dialog.locator('[name=lifetimeUnit]').inputValue(), 'hours')
  await settings.field(settings.t('form.twoStage')).uncheck()
  await settings.fill({ secretKey: 'wrong' })
  await settings.inDialog('save').click()
  await page.locator('[name=secretKey][aria-invalid=true]').waitFor()
  await world.control('POST', '/merchants', { clientId: shop.clientId, secret: 'brand-new-secret-7788' })
  await settings.fill({ secretKey: 'brand-new-secret-7788' })
  await settings.inDialog('save').click()
  await settings.dialog.waitFor({ state: 'detached' })
  ;[stored] = (await api.call('GET', '')).merchants
  assert.equal(stored.credentials.secretKey.hint, '••••7788')
  assert.equal(stored.options.twoStage, false)
  assert.equal(stored.options.autoCapture, false)
  await until('the CRM knows the new name', async () => (await registered(world, shop.id)).name === 'Chairs')
})

scenario('a store is switched off after a question, and on again', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const shop = await world.addStore(url, { name: 'Tea shop' })
  await settings.open(url)
  const row = settings.row('Tea shop')
  await row.getByRole('button', { name: 'Switch off' }).click()
  await settings.inDialog('cancel').click()
  await row.getByText(settings.t('stores.on'), { exact: true }).waitFor()
  await row.getByRole('button', { name: 'Switch off' }).click()
  await settings.inDialog('stores.deactivate').click()
  await row.getByText(settings.t('stores.off'), { exact: true }).waitFor()
  assert.equal(await row.getByRole('button', { name: 'Test link' }).count(), 0)
  await until('the CRM knows that it is off', async () => (await registered(world, shop.id))?.active !== true)
  await row.getByRole('button', { name: 'Switch on' }).click()
  await row.getByText(settings.t('stores.on'), { exact: true }).waitFor()
  await until('the CRM knows that it is on', async () => (await registered(world, shop.id))?.active === true)
})

scenario('a check says yes, or no with a problem on top that the next check clears', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const shop = await world.addStore(url, { name: 'Tea shop' })
  await settings.open(url)
  const check = () => settings.row('Tea shop').getByRole('button', { name: 'Check' }).click()
  await check()
  await settings.notice('stores.checked', { name: 'Tea shop' })

  await world.control('POST', '/merchants', { clientId: shop.clientId, secret: 'somebody changed it' })
  await check()
  await settings.row('Tea shop').getByRole('alert').waitFor()
  const problems = settings.card('problems.title')
  await problems.getByText('The gateway does not accept the store’s credentials'.replace('’', "'")).waitFor()
  // The problem names the store and leads to its form.
  await problems.getByRole('button', { name: settings.t('stores.editOf', { name: 'Tea shop' }) }).click()
  await settings.fill({ secretKey: 'somebody changed it' })
  await settings.inDialog('save').click()
  await settings.dialog.waitFor({ state: 'detached' })
  await problems.getByText('The gateway does not accept').waitFor({ state: 'detached' })
  await check()
  await settings.notice('stores.checked', { name: 'Tea shop' })
})

scenario('a payment type is created by one click where the key may, else it is said how', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const shop = await world.addStore(url, { name: 'Tea shop' })
  await settings.open(url)
  await settings.settled()
  const row = settings.row('Tea shop')
  await row.getByText(settings.t('types.none'), { exact: true }).waitFor()
  await page.getByText(settings.t('types.how')).waitFor()
  assert.equal(await row.getByRole('button', { name: /payment type/ }).count(), 0)

  // The admin grants the right and asks for another look.
  const { keys } = await world.account()
  const { apiKey } = keys.find((key) => key.origin === 'marketplace')
  await world.control('POST', '/accounts/demo/keys', { apiKey, scopes: allScopes })
  await settings.card('connection.title').getByRole('button', { name: 'Check the connection' }).click()
  await settings.notice('connection.checked')
  await row.getByRole('button', { name: settings.t('types.createFor', { name: 'Tea shop' }) }).click()
  await settings.notice('types.created')
  await row.getByText('Tea shop').nth(1).waitFor()
  const types = Object.values((await world.account()).paymentTypes)
  assert.equal(types.filter((type) => JSON.stringify(type).includes(shop.id)).length, 1)
  assert.equal(await row.getByText(settings.t('types.none'), { exact: true }).count(), 0)
})

scenario('a test link: shown, copied, drawn as QR, and seen paid', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  await world.addStore(url, { name: 'Tea shop' })
  await settings.open(url)
  await settings.row('Tea shop').getByRole('button', { name: 'Test link' }).click()
  const link = await settings.dialog.getByRole('link').getAttribute('href')
  assert.ok(link.startsWith(`${world.url}/pay/`))
  await settings.dialog.getByText('UAH 1.00', { exact: false }).waitFor()
  await settings.inDialog('test.copy').click()
  await settings.inDialog('copied').waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link)

  // The code is that of the link: the modules that are drawn, against those of the encoder.
  const { encode } = await import(`${process.env.TILLBRIDGE_ROOT}/build/web/work/node_modules/uqr/dist/index.mjs`)
  const drawn = await settings.dialog.getByRole('img').locator('path').getAttribute('d')
  const modules = encode(link, { ecc: 'M', border: 4 }).data.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? [`M${x} ${y}h`] : [])),
  )
  assert.deepEqual(drawn.match(/M\d+ \d+h/g), modules)

  await settings.dialog.getByText(settings.t('test.waiting')).waitFor()
  await world.pay(link)
  await settings.dialog.getByText(settings.t('test.paid'), { exact: true }).waitFor()
  // The CRM knows nothing of it.
  assert.equal((await world.control('GET', '/updates?account=demo')).updates.length, 0)
  assert.deepEqual(await world.violations(), [])
})

scenario('a test link of a two-stage store, one that is declined, one that can not be made', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  await world.addStore(url, { name: 'Furniture', options: { twoStage: true } })
  await settings.open(url)
  const test = settings.row('Furniture').getByRole('button', { name: 'Test link' })
  await test.click()
  await world.pay(await settings.dialog.getByRole('link').getAttribute('href'))
  await settings.dialog.getByText(settings.t('test.held'), { exact: true }).waitFor()
  await page.keyboard.press('Escape')

  await test.click()
  const opened = await fetch(await settings.dialog.getByRole('link').getAttribute('href'), { redirect: 'manual' })
  await world.payer({ invoice: opened.headers.get('location'), action: 'decline' })
  await settings.dialog.getByText(settings.t('test.over')).waitFor()
  await page.keyboard.press('Escape')

  await world.faults({ side: 'uapay', path: 'invoices/create', count: 1, action: { error: { code: 'UNKNOWN_ERROR', message: 'No links today' } } })
  await test.click()
  await settings.dialog.getByRole('alert').getByText('No links today').waitFor()
  await settings.inDialog('test.again').click()
  await settings.dialog.getByText(settings.t('test.waiting')).waitFor()
})

scenario('names are text, whatever they say', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const url = await world.connect('demo', { language: 'en' })
  const evil = `<img src=x onerror="window.evil=1"><script>window.evil=1</script>{{ 7*7 }}"'&amp;`
  await world.addStore(url, { name: evil })
  await settings.open(url)
  await settings.settled()
  await page.getByText(evil, { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await settings.dialog.getByRole('heading', { name: evil }).waitFor()
  assert.equal(await settings.dialog.locator('[name=name]').inputValue(), evil)
  await settings.inDialog('cancel').click()
  await page.getByRole('button', { name: 'Test link' }).first().click()
  await page.getByText(settings.t('test.waiting')).waitFor()
  assert.equal(await page.evaluate(() => window.evil), undefined)
})

// Adding a gateway changes no page: one that declares every kind of field is drawn and sent.
scenario('the form is drawn from what a gateway declares', async ({ world, page }) => {
  const settings = new SettingsPage(page)
  const field = (code, type, more = {}) => ({ code, type, label: `The ${code}`, help: `Help of ${code}`, required: true, ...more })
  const made = {
    code: 'bankpay',
    name: 'BankPay',
    currencies: ['EUR', 'USD'],
    capabilities: { refund: true },
    options: [],
    fields: [
      field('login', 'text'),
      field('password', 'secret'),
      field('site', 'url'),
      field('sandbox', 'bool'),
      field('terminal', 'number', { required: false }),
      field('tax', 'select', { choices: [{ value: 'osn', label: 'General' }, { value: 'usn', label: 'Simplified' }] }),
    ],
  }
  await page.route('**/api/settings/overview', async (route) => {
    const answer = await route.fetch()
    const body = await answer.json()
    body.gateways.push(made)
    await route.fulfill({ response: answer, json: body })
  })
  let sent
  await page.route('**/api/settings/merchants', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    sent = route.request().postDataJSON()
    await route.fulfill({ status: 422, json: { error: { code: 'credentials.refused', message: 'Not this site', field: 'site' } } })
  })
  await settings.open(await world.connect('demo', { language: 'en' }))
  await settings.startAdding()
  await settings.dialog.locator('[name=gateway]').selectOption('bankpay')
  await settings.dialog.getByText('takes EUR, USD').waitFor()
  await settings.dialog.getByText(settings.t('form.unfit', { currency: 'UAH' })).waitFor()
  assert.equal(await settings.field(settings.t('form.twoStage')).count(), 0)
  assert.equal(await settings.dialog.locator('[name=shopId]').count(), 0)
  await settings.field('Name of the store').fill('Bank')
  await settings.field('The login').fill(' me ')
  assert.equal(await settings.dialog.locator('[name=password]').getAttribute('type'), 'password')
  await settings.field('The password').fill(' kept as typed ')
  await settings.button('form.show').click()
  assert.equal(await settings.dialog.locator('[name=password]').getAttribute('type'), 'text')
  await settings.field('The site').fill('https://bank.example')
  await settings.field('The sandbox').check()
  await settings.dialog.locator('[name=terminal]').fill('42')
  await settings.dialog.locator('[name=tax]').selectOption('usn')
  await settings.inDialog('form.submit').click()
  await page.locator('[name=site][aria-invalid=true]').waitFor()
  assert.equal(await settings.errorAt(settings.dialog.locator('[name=site]')), 'Not this site')
  assert.deepEqual(sent, {
    gateway: 'bankpay',
    name: 'Bank',
    credentials: { login: 'me', password: ' kept as typed ', site: 'https://bank.example', sandbox: true, terminal: 42, tax: 'usn' },
    options: { linkLifetimeMinutes: 0 },
  })
})
