// A bot's card on the settings page: what it shows, each change of it, renewals that are shown once,
// errors at their field; by keyboard, in five languages.
import assert from 'node:assert/strict'
import { Bot } from './support/bot.mjs'
import { until } from './support/process.mjs'
import { accessible, scenario, shot } from './support/scenario.mjs'
import { SettingsPage } from './support/settings.mjs'

const events = [
  'payment.success',
  ...['signed', 'approved', 'canceled', 'rejected'].map((each) => `installment.${each}`),
]
const actions = ['call', 'message', 'variables', 'nothing']

// → {bot, settings, card, field(name), renewal(what)}
async function enter(world, page, { language = 'en', ...more } = {}) {
  const bot = Bot.connect(world, { language, ...more })
  const settings = new SettingsPage(page, language)
  await settings.open(bot.accountUrl)
  await settings.settled()
  const card = page.getByRole('region', { name: settings.t('bot.title', { name: bot.name }), exact: true })
  await card.waitFor()
  return {
    bot,
    settings,
    card,
    field: (name) => card.locator(`[name="${name}"]`),
    renewal: (what) =>
      card.getByRole('button', { name: `${settings.t('bot.renew')}: ${settings.t(`bot.${what}`)}`, exact: true }),
    save: () => card.getByRole('button', { name: settings.t('save'), exact: true }).click(),
    openEvents: () => card.getByText(settings.t('bot.events'), { exact: true }).click(),
    // Makes the new one and gives what is shown of it.
    async renew(what) {
      await this.renewal(what).click()
      await settings.inDialog('bot.renew').click()
      await settings.dialog.waitFor({ state: 'detached' })
      const banner = card.getByRole('alert')
      return (await banner.count()) === 0 ? '' : banner.locator('code').innerText()
    },
  }
}

scenario('what a bot needs stands on its card, its secrets do not', async ({ world, page, open }) => {
  const bodies = []
  page.on('response', async (response) => bodies.push(await response.text().catch(() => '')))
  const { bot, settings, card, field, openEvents } = await enter(world, page)
  const { callbackKey } = await bot.state()
  for (const text of [`${world.url}/bot/links`, callbackKey, bot.token.slice(-4), bot.signingSecret.slice(-4)])
    await card.getByText(text).waitFor()
  assert.equal(await field('callbackUrl').inputValue(), bot.address)
  assert.equal(await field('style').inputValue(), 'salebot')
  await accessible(page)
  await shot(page, 'settings-bot')
  await openEvents()
  for (const event of events) {
    const choices = await field(`${event}.action`).locator('option').evaluateAll((all) => all.map((each) => each.value))
    assert.deepEqual(choices.sort(), [...actions].sort())
  }
  await accessible(page)
  await shot(page, 'settings-bot-events')
  await page.setViewportSize({ width: 360, height: 740 })
  await shot(page, 'settings-bot-phone')

  // A bot has no CRM: no key, no rights, no payment types.
  assert.equal(await settings.card('connection.title').count(), 0)
  assert.equal(await settings.card('problems.title').count(), 0)
  const plain = await open({ javaScriptEnabled: false })
  await plain.goto(bot.accountUrl)
  bodies.push(await page.content(), await plain.content())
  for (const body of bodies)
    for (const secret of [bot.token, bot.signingSecret, bot.signingSecret.slice(6)]) assert.ok(!body.includes(secret))
})

scenario('address, rules and each action of each event are kept', async ({ world, page }) => {
  const { bot, settings, card, field, save, openEvents } = await enter(world, page)
  const saved = async () => {
    await save()
    await settings.notice('bot.saved')
  }
  await field('callbackUrl').fill(` ${world.peers}/bots/other `)
  await field('style').selectOption('mavibot')
  await field('botLanguage').selectOption('kk')
  await saved()
  let state = await bot.state()
  assert.equal(state.language, 'kk')
  await field('botLanguage').selectOption('en')
  assert.equal(state.callbackUrl, `${world.peers}/bots/other`)
  assert.equal(state.style, 'mavibot')
  // Typed in short, it is shown as what will be called.
  await field('callbackUrl').fill('Bot.example.com/hear')
  await saved()
  assert.equal(await field('callbackUrl').inputValue(), 'https://bot.example.com/hear')
  await field('style').selectOption('savvi')
  await field('callbackUrl').fill('')
  await saved()
  state = await bot.state()
  assert.deepEqual([state.callbackUrl, state.style], ['', 'savvi'])

  await openEvents()
  for (let turn = 0; turn < actions.length; ++turn) {
    for (const [at, event] of events.entries()) {
      const action = actions[(at + turn) % actions.length]
      await field(`${event}.action`).selectOption(action)
      assert.equal(await field(`${event}.address`).count(), action === 'call' ? 1 : 0)
      assert.equal(await field(`${event}.instruction`).count(), action === 'nothing' ? 0 : 1)
      if (action === 'call') await field(`${event}.address`).fill(`${world.peers}/bots/${turn}`)
      if (action !== 'nothing') await field(`${event}.instruction`).fill(`“${event}” <b>${turn}</b>`)
    }
    await saved()
    const { reactions } = await bot.state()
    for (const [at, event] of events.entries()) {
      const action = actions[(at + turn) % actions.length]
      assert.equal(reactions[event].action, action)
      assert.equal(reactions[event].address, action === 'call' ? `${world.peers}/bots/${turn}` : '')
      if (action !== 'nothing') assert.equal(reactions[event].instruction, `“${event}” <b>${turn}</b>`)
    }
  }
  await page.reload()
  await card.waitFor()
  await openEvents()
  assert.equal(await field('style').inputValue(), 'savvi')
  assert.equal(await field('payment.success.action').inputValue(), 'nothing')
  assert.equal(await field('installment.signed.address').inputValue(), `${world.peers}/bots/3`)
  assert.equal(await field('installment.approved.instruction').inputValue(), '“installment.approved” <b>3</b>')
})

scenario('a new token, callback key and signing secret work at once and are shown once', async ({ world, page }) => {
  const on = await enter(world, page)
  const { bot, settings, card } = on
  await bot.addStore()
  const before = await bot.state()

  // A question that is answered with no changes nothing.
  for (const what of ['token', 'callbackKey', 'signingSecret']) {
    await on.renewal(what).click()
    await settings.dialog.getByText(settings.t(`bot.renewText.${what}`)).waitFor()
    if (what === 'token') await shot(page, 'settings-bot-renew', { fullPage: false })
    await settings.inDialog('cancel').click()
  }
  assert.deepEqual(await bot.state(), before)

  const old = bot.token
  bot.token = await on.renew('token')
  assert.notEqual(bot.token, old)
  assert.equal((await bot.ask({}, old)).status, 401)
  assert.equal((await bot.ask({}, bot.token)).status, 400)
  await accessible(page)
  await shot(page, 'settings-bot-once')
  await card.getByRole('alert').getByRole('button', { name: settings.t('copy') }).click()
  await until('it is on the clipboard', async () =>
    (await page.evaluate(() => navigator.clipboard.readText())) === bot.token,
  )

  // A key that is shown always leaves standing what is shown once.
  await on.renew('callbackKey')
  assert.equal(await card.getByRole('alert').locator('code').innerText(), bot.token)
  const { callbackKey } = await bot.state()
  assert.notEqual(callbackKey, before.callbackKey)
  await card.getByText(callbackKey, { exact: true }).waitFor()

  const second = await on.renew('signingSecret')
  assert.match(second, /^whsec_/)
  await bot.expectSecrets([second, bot.signingSecret])
  await bot.sell({ payment_sum: 44, product_name: 'Tea' })
  await until('the bot hears of it', async () => (await bot.heard()).messages.length === 1)
  const heard = await bot.heard()
  assert.deepEqual(heard.messages, [`${callbackKey}_success`])
  assert.deepEqual(heard.calls[0].signedBy, [0, 1])

  // Two live at a time: the first one is out now.
  const third = await on.renew('signingSecret')
  assert.equal((await bot.state()).signingSecrets.length, 2)
  await bot.expectSecrets([bot.signingSecret, second, third])
  await bot.sell({ payment_sum: 45, product_name: 'Tea' })
  await until('the bot hears of it', async () => (await bot.heard()).messages.length === 2)
  assert.deepEqual((await bot.heard()).calls[1].signedBy.toSorted(), [1, 2])

  const bodies = []
  page.on('response', async (response) => bodies.push(await response.text().catch(() => '')))
  await page.reload()
  await card.waitFor()
  await settings.settled()
  bodies.push(await page.content())
  for (const body of bodies) for (const secret of [bot.token, old, second, third]) assert.ok(!body.includes(secret))
  const log = world.module.log()
  for (const secret of [bot.token, old, second, third, callbackKey]) assert.ok(!log.includes(secret))
})

scenario('errors stand at their field', { complaints: false }, async ({ world, page }) => {
  const { bot, settings, card, field, save, openEvents } = await enter(world, page)
  const words = /does not call this address/
  const refused = async (name) => {
    await save()
    await until(`the error stands at ${name}`, async () => words.test(await settings.errorAt(field(name))))
    assert.equal(await field(name).evaluate((each) => each === document.activeElement), true)
  }
  for (const bad of ['not an address', 'ftp://example.com/', 'https://', 'https://user:pw@example.com/']) {
    await field('callbackUrl').fill(bad)
    await refused('callbackUrl')
  }
  await accessible(page)
  await shot(page, 'settings-bot-error')
  assert.equal((await bot.state()).callbackUrl, bot.address)

  // One that is folded away is unfolded; what is right again loses its error.
  await field('callbackUrl').fill(bot.address)
  await openEvents()
  await field('installment.approved.address').fill('not an address')
  await openEvents()
  await field('installment.approved.address').waitFor({ state: 'hidden' })
  await refused('installment.approved.address')
  assert.equal(await settings.errorAt(field('callbackUrl')), '')
  await shot(page, 'settings-bot-error-event')
  // An action that calls nobody needs no address.
  await field('installment.approved.action').selectOption('message')
  await save()
  await settings.notice('bot.saved')
  assert.equal((await bot.state()).reactions['installment.approved'].address, '')

  await page.route('**/api/settings/bot', (route) => route.abort())
  await field('style').selectOption('savvi')
  await save()
  await card.getByRole('alert').getByText(settings.t('error.network')).waitFor()
  assert.equal(await page.getByText(settings.t('bot.saved')).count(), 0)
  assert.equal(await field('style').inputValue(), 'savvi')
  await page.unroute('**/api/settings/bot')
  await save()
  await settings.notice('bot.saved')
  assert.equal((await bot.state()).style, 'savvi')

  // A renewal that nobody answered shows nothing and can be tried again.
  await page.route('**/api/settings/bot/token', (route) => route.abort())
  await card.getByRole('button', { name: /^Make a new one: Token/ }).click()
  await settings.inDialog('bot.renew').click()
  await settings.dialog.getByText(settings.t('error.network')).waitFor()
  await settings.inDialog('cancel').click()
  assert.equal((await bot.ask({})).status, 400)
})

scenario('a bot is changed and renewed by keys alone', async ({ world, page }) => {
  const on = await enter(world, page)
  const { bot, settings, field } = on
  const isFocused = (locator) => locator.evaluate((each) => each === document.activeElement)
  const tabTo = async (locator) => {
    for (let i = 0; i < 60; ++i) {
      await page.keyboard.press('Tab')
      if ((await locator.count()) > 0 && (await isFocused(locator))) return
    }
    throw new Error(`Tab does not lead to ${locator}`)
  }
  await tabTo(on.renewal('token'))
  await page.keyboard.press('Enter')
  await settings.dialog.waitFor()
  await until('the harmless answer has the focus', () => isFocused(settings.inDialog('cancel')))
  await page.keyboard.press('Escape')
  await settings.dialog.waitFor({ state: 'detached' })
  assert.equal(await isFocused(on.renewal('token')), true)
  await page.keyboard.press('Enter')
  await until('the harmless answer has the focus', () => isFocused(settings.inDialog('cancel')))
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await on.card.getByRole('alert').locator('code').waitFor()
  assert.equal((await bot.ask({})).status, 401)

  await tabTo(field('callbackUrl'))
  await page.keyboard.press('Control+A')
  await page.keyboard.type(`${world.peers}/bots/keys`)
  await page.keyboard.press('Enter') // sends the form
  await settings.notice('bot.saved')
  await tabTo(field('style'))
  await page.keyboard.press('ArrowDown')
  await tabTo(on.card.locator('summary'))
  await page.keyboard.press('Enter')
  await tabTo(field('payment.success.action'))
  await page.keyboard.press('End')
  await tabTo(on.card.getByRole('button', { name: 'Save', exact: true }))
  await page.keyboard.press('Space')
  await until('it is kept', async () => {
    const state = await bot.state()
    return state.style === 'mavibot' && state.reactions['payment.success'].action === 'nothing'
  })
  assert.equal((await bot.state()).callbackUrl, `${world.peers}/bots/keys`)
})

for (const language of ['ru', 'uk', 'kk', 'en', 'es']) {
  scenario(`a bot's page speaks ${language}`, async ({ world, page }) => {
    const { settings, card, field, save, openEvents } = await enter(world, page, { language })
    assert.equal(await page.evaluate(() => document.documentElement.lang), language)
    await openEvents()
    for (const key of ['linksUrl', 'callbackKeyHelp', 'signingSecretHelp', 'callbackUrlHelp', ...events.map((each) => `event.${each}`)])
      await card.getByText(settings.t(`bot.${key}`), { exact: true }).waitFor()
    // No key is shown in place of its text.
    assert.doesNotMatch(await page.locator('main').innerText(), /\bbot\.[a-z]+\w*|\b(stores|form|guide|access)\.\w+/)
    await field('callbackUrl').fill('not an address')
    await save()
    await until('the error stands at its field', async () => (await settings.errorAt(field('callbackUrl'))) !== '')
    assert.doesNotMatch(await settings.errorAt(field('callbackUrl')), /url_invalid/)
    await accessible(page)
    await shot(page, `settings-bot-${language}`)
    for (const width of [320, 768]) {
      await page.setViewportSize({ width, height: 740 })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.equal(overflow, 0, `${width} px`)
    }
  })
}
