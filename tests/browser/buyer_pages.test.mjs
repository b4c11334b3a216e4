// What a buyer sees of us, on a phone and without a script: paid, cancelled, expired, refunded,
// unknown, please wait.
import assert from 'node:assert/strict'
import { accessible, scenario, shot } from './support/scenario.mjs'
import { until } from './support/process.mjs'

const phone = { viewport: { width: 320, height: 640 }, javaScriptEnabled: false, isMobile: true }
const titles = {
  en: {
    paid: 'Payment received',
    cancelled: 'Payment cancelled',
    refunded: 'Payment refunded',
    unknown: 'Link not found',
    waiting: 'Waiting for the payment',
  },
}

async function shop(world, options = {}) {
  await world.switches({ rateLimit: 0 }, { account: 'demo' })
  return world.addStore(await world.connect('demo', { language: 'ru' }), { name: 'Чай & Co', ...options })
}

// Nothing hangs over the edge, and fingers find what can be pressed.
async function fits(page) {
  const width = await page.locator('main').evaluate((main) => main.ownerDocument.documentElement.scrollWidth)
  assert.ok(width <= page.viewportSize().width, `${width} px wide`)
  for (const link of await page.locator('a.back').all()) {
    const box = await link.boundingBox()
    assert.ok(box.height >= 40, `a button of ${box.height} px`)
    assert.ok(box.x >= 0 && box.x + box.width <= page.viewportSize().width)
  }
}

// `axe` needs scripts, the buyer's page none: both are looked at.
async function good(open, url, name, { status, title, locale = 'en-GB' }) {
  const page = await open({ ...phone, locale })
  const answer = await page.goto(url)
  assert.equal(answer.status(), status)
  assert.equal(await page.locator('h1').textContent(), title)
  assert.equal(await page.locator('script').count(), 0)
  assert.match(answer.headers()['content-security-policy'], /default-src 'none'; style-src 'sha256-/)
  assert.equal(await page.locator('main').evaluate(() => 1).catch(() => 1), 1)
  await fits(page)
  await shot(page, `buyer-${name}`)
  const scripted = await open({ viewport: phone.viewport, locale, bypassCSP: true })
  await scripted.goto(url)
  await accessible(scripted)
  return page
}

scenario('each state of a link on a small phone', async ({ world, open }) => {
  const store = await shop(world)
  const paid = await world.createPayment(store.id, 10)
  await world.pay(paid.link)
  await world.wait('invoice', { uuid: paid.uuid, status: 'succeeded' })
  const page = await good(open, paid.link, 'paid', { status: 200, title: titles.en.paid })
  assert.equal(await page.locator('.shop').textContent(), 'Чай & Co')
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')

  const cancelled = await world.createPayment(store.id, 10)
  await world.crm({ action: 'cancel', invoice: cancelled.uuid })
  await good(open, cancelled.link, 'cancelled', { status: 410, title: titles.en.cancelled })

  await world.crm({ action: 'refund', invoice: paid.uuid })
  await good(open, paid.link, 'refunded', { status: 410, title: titles.en.refunded })

  await good(open, `${world.url}/pay/abcdefghijk`, 'unknown', { status: 404, title: titles.en.unknown })
})

scenario('in the language of the browser, else of the shop', async ({ world, open }) => {
  const store = await shop(world)
  const paid = await world.createPayment(store.id, 10)
  await world.pay(paid.link)
  await world.wait('invoice', { uuid: paid.uuid, status: 'succeeded' })
  const expected = {
    'ru-RU': 'Оплата прошла',
    'uk-UA': 'Оплату отримано',
    'kk-KZ': 'Төлем өтті',
    'es-ES': 'Pago recibido',
    'de-DE': 'Оплата прошла',
  }
  for (const [locale, title] of Object.entries(expected)) {
    const page = await open({ ...phone, locale })
    await page.goto(paid.link)
    assert.equal(await page.locator('h1').textContent(), title, locale)
    await fits(page)
  }
})

scenario('the way back to the shop', async ({ world, open }) => {
  const store = await shop(world)
  const back = `${world.peers}/crm/demo/site`
  const payment = await world.createPayment(store.id, 10, { returnUrl: back })
  await world.crm({ action: 'cancel', invoice: payment.uuid })
  const page = await open(phone)
  await page.goto(payment.link)
  await fits(page)
  await page.getByRole('link', { name: 'Back to the shop' }).click()
  assert.equal(page.url(), back)
})

scenario('an expired link', { world: { config: { 'payments.link_lifetime': '1s' } } }, async ({ world, open }) => {
  const store = await shop(world)
  const payment = await world.createPayment(store.id, 10)
  await until('the link has expired', async () => {
    const answer = await fetch(payment.link, { redirect: 'manual' })
    return answer.status === 410
  })
  await good(open, payment.link, 'expired', { status: 410, title: 'The link has expired' })
})

scenario('the waiting page turns into the result by itself', async ({ world, open }) => {
  const store = await shop(world)
  // The gateway neither calls nor knows: the buyer is back before the payment is through.
  await world.switches({ hooks: 'off' }, { merchant: store.clientId })
  const payment = await world.createPayment(store.id, 10)
  const page = await good(open, `${payment.link}/return`, 'waiting', {
    status: 200,
    title: titles.en.waiting,
  })
  assert.equal(await page.getByRole('link', { name: 'Check again' }).count(), 1)
  await world.pay(payment.link)
  await page.getByRole('heading', { name: titles.en.paid }).waitFor({ timeout: 20_000 })
})
