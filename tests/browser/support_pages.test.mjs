// Diagnostics in a browser: signing in, finding, an account's page, a payment's story, the safe acts
// with their dry runs, the outbox, the audit log; by keyboard, on a phone, in five languages.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { until } from './support/process.mjs'
import { accessible, scenario, shot } from './support/scenario.mjs'

const password = 'correct horse battery'
const email = 'olena.kovalenko@mail.example'
const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'

function staff(world) {
  world.command(['support-user', 'add', 'ann', '--role', 'operator'], `${password}\n`)
  world.command(['support-user', 'add', 'bob', '--role', 'viewer'], `${password}\n`)
}

async function enter(world, page, name) {
  await page.goto(`${world.url}/support`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Find a payment or an account' }).waitFor()
}

async function paid(world) {
  const store = await world.addStore(await world.connect())
  const payment = await world.createPayment(store.id, 121.5, {
    customer: { email, phone: '+380501234567' },
  })
  await world.pay(payment.link)
  await world.wait('invoice', { uuid: payment.uuid, status: 'succeeded' })
  return { store, ...payment }
}

async function open(page, view) {
  await page.evaluate((to) => {
    location.hash = to
  }, view)
}

scenario('signing in and out', async ({ world, page }) => {
  staff(world)
  await page.goto(`${world.url}/support`)
  await page.getByRole('heading', { name: 'Sign in to diagnostics' }).waitFor()
  await accessible(page)
  await shot(page, 'support-login')
  await page.getByLabel('Name').fill('ann')
  await page.getByLabel('Password').fill('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  assert.match(await page.getByRole('alert').innerText(), /name, the password or the code/)
  assert.equal(await page.getByLabel('Password').inputValue(), '')
  await shot(page, 'support-login-refused')

  await enter(world, page, 'ann')
  const cookies = await page.context().cookies()
  const cookie = cookies.find((each) => each.name === 'tillbridge_support')
  assert.equal(cookie.httpOnly, true)
  assert.equal(cookie.sameSite, 'Strict')
  assert.equal(await page.evaluate(() => document.cookie), '')
  await page.reload()
  await page.getByText('ann · operator').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to diagnostics' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in to diagnostics' }).waitFor()
})

scenario('finding a payment and reading its story', async ({ world, page }) => {
  staff(world)
  const payment = await paid(world)
  await enter(world, page, 'bob')
  await accessible(page)
  await shot(page, 'support-find')
  for (const text of [email, '050 123 45 67', payment.uuid, payment.link]) {
    await page.getByRole('searchbox').fill(text)
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByRole('link', { name: payment.paymentId }).waitFor()
    await open(page, '#/find')
    await page.getByRole('heading', { name: 'Accounts' }).waitFor()
  }
  await page.getByRole('searchbox').fill('nothing has this name')
  await page.keyboard.press('Enter')
  await page.getByText('Nothing was found.').waitFor()
  await page.getByRole('searchbox').fill(payment.uuid)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: payment.paymentId }).waitFor()
  await accessible(page)
  await shot(page, 'support-found')

  await page.getByRole('link', { name: payment.paymentId }).click()
  await page.getByRole('heading', { name: 'Timeline' }).waitFor()
  assert.match(await page.locator('main').innerText(), /Link asked for[\s\S]*Gateway’s answer/)
  // Opened by keyboard; what it carries is masked.
  const line = page.locator('.timeline li', { hasText: 'invoices/create' }).first()
  await line.locator('summary').focus()
  await page.keyboard.press('Enter')
  await line.locator('pre').waitFor()
  assert.match(await line.locator('pre').innerText(), /"status": 200/)
  await page.getByLabel('Under what caused it').uncheck()
  assert.equal(await page.locator('.timeline .depth-1').count(), 0)
  await page.getByLabel('Under what caused it').check()
  assert.ok((await page.locator('.timeline .depth-1').count()) > 0)
  await accessible(page)
  await shot(page, 'support-payment')
  const text = await page.content()
  assert.ok(!text.includes(payment.store.secret))
  assert.ok(!text.includes('olena.kovalenko'))
  // A viewer may not act, and is not offered to.
  assert.equal(await page.getByRole('button', { name: 'Ask the gateway now' }).count(), 0)

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Support bundle' }).click()
  const file = await download
  assert.match(file.suggestedFilename(), /^tillbridge-payment-.*\.zip$/)
  assert.equal(readFileSync(await file.path()).subarray(0, 2).toString(), 'PK')
})

scenario('an account with its charts', async ({ world, page }) => {
  staff(world)
  await paid(world)
  await enter(world, page, 'bob')
  await page.getByRole('link', { name: '/crm/demo' }).click()
  await page.getByRole('heading', { name: 'The last 24 hours' }).waitFor()
  assert.equal(await page.locator('.chart canvas').count(), 5)
  assert.match(await page.locator('main').innerText(), /Calls that succeeded: 100%/)
  await page.getByRole('heading', { name: 'Last statuses sent to the CRM' }).waitFor()
  assert.ok((await page.locator('.lines a').count()) >= 2)
  await accessible(page)
  await shot(page, 'support-account')
})

scenario('the safe acts tell first what they would do', async ({ world, page }) => {
  staff(world)
  const store = await world.addStore(await world.connect())
  await world.switches({ hooks: 'off' }, { merchant: store.clientId })
  const payment = await world.createPayment(store.id)
  await world.pay(payment.link)
  await enter(world, page, 'ann')
  await open(page, `#/payment/${payment.paymentId}`)
  await page.getByRole('heading', { name: 'Timeline' }).waitFor()
  await page.locator('.tag', { hasText: 'waits for payment' }).first().waitFor()

  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Ask the gateway now' }).click()
  await dialog.getByText('What would happen').waitFor()
  assert.match(await dialog.innerText(), /uapay is asked about/)
  await accessible(page)
  await shot(page, 'support-act')
  await page.keyboard.press('Escape')
  assert.equal(await dialog.count(), 0)
  await page.locator('.tag', { hasText: 'waits for payment' }).first().waitFor()

  await page.getByRole('button', { name: 'Ask the gateway now' }).click()
  await dialog.getByRole('button', { name: 'Do it' }).click()
  await dialog.getByRole('status').waitFor()
  assert.match(await dialog.innerText(), /“waits for payment” became “paid”/)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.locator('.tag', { hasText: 'paid' }).first().waitFor()
  await world.wait('invoice', { uuid: payment.uuid, status: 'succeeded' })

  await page.getByRole('button', { name: 'Push to the CRM again' }).click()
  await dialog.getByRole('button', { name: 'Do it' }).click()
  await dialog.getByText('on its way to the CRM').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByRole('cell', { name: 'pushed to the CRM' }).waitFor()
  await page.getByRole('button', { name: 'Verify' }).click()
  await page.getByText('all are as they were written').waitFor()
  await accessible(page)
  await shot(page, 'support-audit')
})

scenario(
  'what was parked is replayed',
  { world: { config: { 'outbox.give_up_after': '1ms', 'outbox.schedule': '[50ms]' } } },
  async ({ world, page }) => {
    staff(world)
    const store = await world.addStore(await world.connect())
    const payment = await world.createPayment(store.id)
    const outbox = () => JSON.parse(world.command(['support', 'outbox', '--json']))
    await until('the CRM was told what there was to tell', () =>
      outbox().rows.every((row) => row.kind !== 'crm.push'),
    )
    await world.faults({ side: 'crm', count: 0, action: { status: 503 } })
    await world.pay(payment.link)
    await until('something is parked', () => outbox().dead > 0)
    await enter(world, page, 'ann')
    await page.getByRole('link', { name: 'Outbox' }).click()
    await page.getByRole('heading', { name: 'Parked, by reason' }).waitFor()
    await accessible(page)
    await shot(page, 'support-outbox')
    await page.getByRole('link', { name: 'Show' }).first().click()
    await page.getByRole('link', { name: payment.paymentId }).first().click()
    await page.locator('.tag', { hasText: 'parked' }).first().waitFor()
    await accessible(page)
    await shot(page, 'support-payment-parked')
    await world.clearFaults()
    await page.getByRole('button', { name: 'Replay' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Do it' }).click()
    await dialog.getByText('1 effect is tried again.').waitFor()
    await world.wait('invoice', { uuid: payment.uuid, status: 'succeeded' })
  },
)

scenario('texts of strangers stay texts', async ({ world, page }) => {
  staff(world)
  const store = await world.addStore(await world.connect(), { name: evil })
  await world.createPayment(store.id, 10, { order: { number: evil } }).catch(() => undefined)
  await enter(world, page, 'ann')
  const title = await page.title()
  await page.getByRole('searchbox').fill(evil)
  await page.keyboard.press('Enter')
  await page.getByText(/Nothing was found|Payments/).first().waitFor()
  await page.goto(`${world.url}/support#/find?text=${encodeURIComponent(evil)}`)
  await open(page, '#/find')
  await page.getByRole('link', { name: '/crm/demo' }).click()
  await page.getByText(evil).first().waitFor()
  await open(page, `#/outbox?kind=${encodeURIComponent(evil)}`)
  await page.getByRole('heading', { name: 'Effects' }).waitFor()
  await open(page, `#/payment/${encodeURIComponent(evil)}`)
  await page.getByRole('alert').waitFor()
  assert.equal(await page.title(), title)
  assert.equal(await page.locator('main img').count(), 0)
})

scenario('an address that was cut is no dead end', async ({ world, page }) => {
  staff(world)
  await enter(world, page, 'bob')
  await open(page, '#/payment/%E0%A4%A')
  await page.reload()
  await page.getByRole('alert').waitFor()
  assert.match(await page.getByRole('alert').innerText(), /Look for it by order number/)
  await page.getByRole('link', { name: 'Find' }).click()
  await page.getByRole('heading', { name: 'Find a payment or an account' }).waitFor()
})

scenario('a dry run that comes late is not taken for that of another act', async ({ world, page }) => {
  staff(world)
  const payment = await paid(world)
  await enter(world, page, 'ann')
  await open(page, `#/payment/${payment.paymentId}`)
  let go
  const held = new Promise((resolve) => (go = resolve))
  const late = page.waitForResponse((answer) => answer.url().endsWith('/ask'))
  await page.route('**/ask', async (route) => {
    await held
    await route.continue()
  })
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Ask the gateway now' }).click()
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Push to the CRM again' }).click()
  await dialog.getByText('What would happen').waitFor()
  const told = await dialog.getByRole('list').innerText()
  go()
  await (await late).finished()
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  assert.equal(await dialog.getByRole('list').innerText(), told)
  assert.doesNotMatch(told, /is asked about/)
})

scenario('what became of a payment is told in words of the reader', async ({ world, page }) => {
  staff(world)
  const payment = await paid(world)
  const store = payment.store
  const ended = await world.createPayment(store.id, 5)
  await world.crm({ action: 'cancel', invoice: ended.uuid })
  await enter(world, page, 'bob')
  await page.locator('header select').selectOption('ru')
  await open(page, `#/payment/${payment.paymentId}`)
  await page.getByRole('cell', { name: 'ссылка менеджером' }).waitFor()
  await page.getByRole('cell', { name: 'выполнена' }).waitFor()
  await open(page, `#/payment/${ended.paymentId}`)
  await page.getByText('Отклонён менеджером').first().waitFor()
})

scenario('every language, and a phone', async ({ world, open: another }) => {
  staff(world)
  const payment = await paid(world)
  const page = await another({ viewport: { width: 390, height: 800 } })
  await enter(world, page, 'ann')
  const seen = new Set()
  for (const language of ['ru', 'uk', 'kk', 'es', 'en']) {
    await page.locator('header select').selectOption(language)
    await until('the page speaks it', () =>
      page.evaluate((wanted) => document.documentElement.lang === wanted, language),
    )
    for (const view of ['#/find', `#/payment/${payment.paymentId}`, '#/outbox', '#/audit']) {
      await open(page, view)
      await page.locator('main h1').waitFor()
      await page.getByText(/^(Loading|Загрузка|Завантаження|Жүктелуде|Cargando)…$/).waitFor({ state: 'detached' })
      assert.ok(!/\b[a-z]+\.[a-z_]+\b/.test(await page.locator('main h1').innerText()))
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view)
    }
    seen.add(await page.locator('main h1').innerText())
    await accessible(page)
  }
  assert.equal(seen.size, 5)
  await open(page, `#/payment/${payment.paymentId}`)
  await page.locator('.timeline li').first().waitFor()
  await shot(page, 'support-phone')
})

scenario('by keyboard alone, and light', async ({ world, page }) => {
  staff(world)
  const payment = await paid(world)
  let bytes = 0
  page.on('response', async (answer) => {
    if (!answer.url().includes('/web/')) return
    const { responseBodySize } = await answer.request().sizes()
    if (answer.url().endsWith('.js')) bytes += responseBodySize
  })
  await page.goto(`${world.url}/support`)
  await page.getByRole('heading', { name: 'Sign in to diagnostics' }).waitFor()
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await press('Tab', 'Tab', 'Tab') // over the skip link and the language
  assert.equal(await page.evaluate(() => document.activeElement.name), 'name')
  await page.keyboard.type('ann')
  await press('Tab')
  await page.keyboard.type(password)
  await press('Enter')
  await page.getByRole('heading', { name: 'Find a payment' }).waitFor()
  await until('the search has the focus', () =>
    page.evaluate(() => document.activeElement?.getAttribute('name') === 'text'),
  )
  await page.keyboard.type(payment.uuid)
  await press('Enter')
  await page.getByRole('link', { name: payment.paymentId }).focus()
  await press('Enter')
  await page.getByRole('heading', { name: 'Timeline' }).waitFor()
  await page.getByRole('button', { name: 'Push to the CRM again' }).focus()
  await press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Do it' }).focus()
  await press('Enter')
  await dialog.getByText('on its way to the CRM').waitFor()
  await press('Escape')
  await until('the dialog is closed', async () => (await dialog.count()) === 0)
  assert.ok(bytes > 0 && bytes <= 150_000, `${bytes} bytes of script`)
})
