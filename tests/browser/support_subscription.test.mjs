// A subscription in diagnostics: found, read, changed with a dry run first; not by a viewer; a lost
// answer changes nothing twice. Against the emulated club.
import assert from 'node:assert/strict'
import { Club, product } from './support/club.mjs'
import { until } from './support/process.mjs'
import { accessible, scenario, shot } from './support/scenario.mjs'

const password = 'correct horse battery'
const phone = '+79990000001'

// A member of the club whose first month is paid. → {club, profile, payment, known}
async function joined(world) {
  world.command(['support-user', 'add', 'ann', '--role', 'operator'], `${password}\n`)
  world.command(['support-user', 'add', 'bob', '--role', 'viewer'], `${password}\n`)
  const club = new Club(world)
  const store = await club.addStore(await world.connect('demo', { currency: 'RUB' }))
  const payment = await world.createPayment(store.id, 100)
  const { profile } = await club.join(payment.link, phone)
  await world.wait('invoice', { uuid: payment.uuid, status: 'succeeded' })
  return { club, store, payment, profile: String(profile), known: await club.known() }
}

async function enter(world, page, name, view = '') {
  await page.goto(`${world.url}/support${view}`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(`${name} ·`).first().waitFor()
}

const dialogOf = (page) => page.getByRole('dialog')
// The dry run is there; then it is done.
async function carryOut(page, would) {
  await dialogOf(page).getByText(would).waitFor()
  await dialogOf(page).getByRole('button', { name: 'Do it' }).click()
  await dialogOf(page).getByRole('status').waitFor()
}
const close = (page) => dialogOf(page).getByRole('button', { name: 'Close' }).click()
const button = (page, name) => page.getByRole('button', { name, exact: true })

scenario('it is found by each of its names and its story is read, by a viewer too', async ({ world, page }) => {
  const { club, store, payment, profile, known } = await joined(world)
  await club.act({ action: 'fail', errorCode: 'insufficient_funds' })
  await until('the failure is known', async () => (await club.known()).errorCode !== '')
  await enter(world, page, 'bob')
  for (const text of [profile, product, phone, '8 999 000 00 01', known.id]) {
    await page.getByRole('searchbox').fill(text)
    await page.keyboard.press('Enter')
    await page.locator(`a[href*="${known.id}"]`).waitFor()
    await page.getByRole('link', { name: 'Find', exact: true }).click()
    await page.getByRole('heading', { name: 'Accounts' }).waitFor()
  }
  await page.getByRole('searchbox').fill(phone)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Subscriptions' }).waitFor()
  await accessible(page)
  await shot(page, 'support-found-subscription')

  await page.locator(`a[href*="${known.id}"]`).click()
  await page.getByRole('heading', { name: 'What happened' }).waitFor()
  const main = page.locator('main')
  for (const text of ['active', '100.00 RUB', product, profile, 'First payment', 'Charge failed'])
    await main.getByText(text, { exact: true }).first().waitFor()
  await main.getByText('insufficient_funds').first().waitFor()
  await accessible(page)
  await shot(page, 'support-subscription-viewer')

  // Neither the buyer's phone nor the store's key is anywhere, and a viewer is offered no act.
  const html = await page.content()
  for (const text of ['9990000001', store.secret]) assert.ok(!html.includes(text))
  for (const name of ['Stop', 'Resume', 'Discount', 'Date of the next charge'])
    assert.equal(await button(page, name).count(), 0, name)
  const statuses = await page.evaluate(async (id) => {
    const { csrfToken } = await (await fetch('/api/support/me')).json()
    const call = (act) =>
      fetch(`/api/support/subscriptions/${id}/${act}`, {
        method: 'POST',
        headers: { 'X-CSRF-Token': csrfToken, 'Content-Type': 'application/json' },
        body: JSON.stringify({ dryRun: false, discount: '1', charges: 1, date: '2099-12-31T09:00Z' }),
      })
    return Promise.all(['stop', 'resume', 'discount', 'next-date'].map(async (act) => (await call(act)).status))
  }, known.id)
  assert.deepEqual(statuses, [403, 403, 403, 403])
  assert.equal((await club.member()).activeManager, true)

  // To the first payment and back.
  await main.getByRole('link', { name: payment.paymentId }).first().click()
  await page.getByRole('heading', { name: 'Timeline' }).waitFor()
  await main.getByRole('link', { name: known.id }).click()
  await page.getByRole('heading', { name: 'What happened' }).waitFor()
})

scenario('an operator stops, resumes, discounts and moves it, each with a dry run', async ({ world, page }) => {
  const { club, known } = await joined(world)
  await enter(world, page, 'ann', `#/subscription/${known.id}`)
  await page.getByRole('heading', { name: 'What happened' }).waitFor()
  assert.equal(await button(page, 'Resume').isDisabled(), true)
  await accessible(page)
  await shot(page, 'support-subscription')

  // Only looked at: nothing has happened.
  await button(page, 'Stop').click()
  await dialogOf(page).getByText(/is charged no longer/).waitFor()
  await accessible(page)
  await shot(page, 'support-subscription-act')
  await page.keyboard.press('Escape')
  assert.equal(await club.count('deactivate'), 0)

  await button(page, 'Stop').click()
  await carryOut(page, /is charged no longer/)
  await dialogOf(page).getByText('Done. The subscription is stopped.').waitFor()
  await close(page)
  await page.locator('.tag', { hasText: 'stopped' }).waitFor()
  assert.equal((await club.member()).activeManager, false)
  assert.equal(await button(page, 'Stop').isDisabled(), true)
  await shot(page, 'support-subscription-stopped')
  await button(page, 'Resume').click()
  await carryOut(page, /is charged again/)
  await close(page)
  await page.locator('.tag', { hasText: 'active' }).waitFor()
  assert.equal((await club.member()).activeManager, true)

  await page.locator('[name=discount]').fill('25,50')
  await page.locator('[name=charges]').fill('2')
  await button(page, 'Discount').click()
  await carryOut(page, /a discount of 25\.50 for so many charges: 2/)
  await close(page)
  await page.getByText('74.50 RUB').waitFor()
  assert.deepEqual([(await club.member()).nextDiscount, (await club.member()).nextDiscountNum], [2550, 2])

  // The browser is in Kyiv, the club in Moscow.
  await page.locator('[name=date]').fill('2099-12-31T11:00')
  await button(page, 'Date of the next charge').click()
  await carryOut(page, /the next charge is at 2099-12-31T09:00Z/)
  await close(page)
  await until('the club moved it', async () => (await club.member()).next === '2099-12-31 12:00:00')
  await page.getByText('31/12/2099, 11:00:00').first().waitFor()

  await page.getByRole('link', { name: 'Audit log' }).click()
  for (const words of ['stopped a subscription', 'resumed a subscription', 'discount of a subscription', 'moved a subscription’s charge'])
    await page.getByRole('cell', { name: words, exact: true }).waitFor()
  assert.equal(await page.locator(`main a[href*="subscription/${known.id}"]`).count(), 4)
  await button(page, 'Verify').click()
  await page.getByText('all are as they were written').waitFor()
  await shot(page, 'support-subscription-audit')
  assert.deepEqual(await world.violations(), [])
})

scenario('what may not be is refused in words before anything is called', async ({ world, page }) => {
  const { club, known } = await joined(world)
  await enter(world, page, 'ann', `#/subscription/${known.id}`)
  const refused = async (name, words) => {
    await button(page, name).click()
    await dialogOf(page).getByRole('alert').waitFor()
    assert.match(await dialogOf(page).innerText(), words)
    assert.equal(await dialogOf(page).getByRole('button', { name: 'Do it' }).count(), 0)
    await page.keyboard.press('Escape')
  }
  for (const sum of ['100.01', '-1', '0', 'ten', '1.001']) {
    await page.locator('[name=discount]').fill(sum)
    await refused('Discount', /A discount is a sum above zero and not above the price/)
  }
  await page.locator('[name=date]').fill('2001-01-01T10:00')
  await refused('Date of the next charge', /can only be moved forward/)
  await accessible(page)
  assert.equal((await club.count('discount')) + (await club.count('date')), 0)

  // The gateway is away: it is said, nothing has changed, and it can be tried again.
  await world.faults({ side: 'prodamus', path: '/rest/setActivity/', count: 0, action: { status: 503 } })
  await button(page, 'Stop').click()
  await dialogOf(page).getByText('What would happen').waitFor()
  await dialogOf(page).getByRole('button', { name: 'Do it' }).click()
  await dialogOf(page).getByRole('alert').waitFor()
  await shot(page, 'support-subscription-refused')
  await world.clearFaults()
  await dialogOf(page).getByRole('button', { name: 'Do it' }).click()
  await dialogOf(page).getByText('Done. The subscription is stopped.').waitFor()
  await close(page)

  // Who ended it alone may begin anew.
  await club.act({ action: 'deactivate', by: 'user' })
  await until('it is known', async () => (await club.known()).stoppedByBuyer)
  await button(page, 'Reload').click()
  await page.getByText('switched off by the buyer').waitFor()
  assert.equal(await button(page, 'Resume').isDisabled(), true)
})

scenario('a lost answer and a second click change it once', async ({ world, page }) => {
  const { club, known } = await joined(world)
  await enter(world, page, 'ann', `#/subscription/${known.id}`)
  // It is carried out; the browser does not hear so.
  let lose = true
  await page.route('**/discount', async (route) => {
    if (!lose || route.request().postDataJSON().dryRun) return route.continue()
    lose = false
    await route.fetch()
    await route.abort()
  })
  await page.locator('[name=discount]').fill('10')
  await button(page, 'Discount').click()
  await dialogOf(page).getByText('What would happen').waitFor()
  await dialogOf(page).getByRole('button', { name: 'Do it' }).click()
  await dialogOf(page).getByRole('alert').waitFor()
  assert.equal(await club.count('discount'), 1)
  await dialogOf(page).getByRole('button', { name: 'Do it' }).click()
  await dialogOf(page).getByText('Done. The subscription is active.').waitFor()
  await close(page)
  assert.equal(await club.count('discount'), 1)

  await button(page, 'Stop').click()
  await dialogOf(page).getByText('What would happen').waitFor()
  await dialogOf(page).getByRole('button', { name: 'Do it' }).dblclick()
  await dialogOf(page).getByText('Done. The subscription is stopped.').waitFor()
  assert.equal(await club.count('deactivate'), 1)
})

scenario('a subscription speaks five languages, on a phone too', { page: { viewport: { width: 360, height: 740 } } }, async ({ world, page }) => {
  const { known } = await joined(world)
  await enter(world, page, 'ann', `#/subscription/${known.id}`)
  const seen = new Set()
  for (const language of ['en', 'ru', 'uk', 'kk', 'es']) {
    await page.locator('select').first().selectOption(language)
    await until('the page speaks it', async () => (await page.evaluate(() => document.documentElement.lang)) === language)
    await page.locator('.lines li').first().waitFor()
    const text = await page.locator('main').innerText()
    assert.doesNotMatch(text, /\b(subscription|act|kind)\.[a-z_]+\b(?!.*\{)/)
    seen.add(await page.locator('main section h2').last().innerText())
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), language)
    await accessible(page)
    await shot(page, `support-subscription-phone-${language}`)
  }
  assert.equal(seen.size, 5)
})
