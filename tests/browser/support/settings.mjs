// What an admin does on the settings page, in words of the page: one place that knows its labels.
import { readFileSync } from 'node:fs'
import { root } from './process.mjs'

const files = new Map()
// A text of the page's locale file, with its places filled.
export function textOf(language, key, params = {}) {
  if (!files.has(language)) {
    const path = `${root}/handlers/web/src/settings/locales/${language}.json`
    files.set(language, JSON.parse(readFileSync(path, 'utf8')))
  }
  const text = files.get(language)[key]
  if (text === undefined) throw new Error(`${language}: ${key} is missing`)
  return text.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole)
}

export class SettingsPage {
  constructor(page, language = 'en') {
    this.page = page
    this.language = language
  }

  t(key, params) {
    return textOf(this.language, key, params)
  }

  async open(url) {
    await this.page.goto(url)
    await this.heading('stores.title').waitFor()
  }

  heading(key, params) {
    return this.page.getByRole('heading', { name: this.t(key, params), exact: true })
  }

  button(key, params) {
    return this.page.getByRole('button', { name: this.t(key, params), exact: true })
  }

  card(key) {
    return this.page.getByRole('region', { name: this.t(key), exact: true })
  }

  row(name) {
    return this.page.getByRole('row').filter({ has: this.page.getByText(name, { exact: true }) })
  }

  get dialog() {
    return this.page.getByRole('dialog')
  }

  inDialog(key, params) {
    return this.dialog.getByRole('button', { name: this.t(key, params), exact: true })
  }

  field(label) {
    return this.dialog.getByLabel(label, { exact: true })
  }

  // Until the CRM's payment types are there, the page is not at rest.
  async settled() {
    await this.page.getByText('…', { exact: true }).first().waitFor({ state: 'detached' })
    await this.page.waitForLoadState('networkidle')
  }

  async startAdding() {
    await this.card('stores.title').getByRole('button', { name: this.t('stores.add') }).click()
    await this.dialog.waitFor()
  }

  async fill({ name, shopId, secretKey }) {
    if (name !== undefined) await this.dialog.locator('[name=name]').fill(name)
    if (shopId !== undefined) await this.dialog.locator('[name=shopId]').fill(shopId)
    if (secretKey !== undefined) await this.dialog.locator('[name=secretKey]').fill(secretKey)
  }

  async notice(key, params) {
    await this.page.getByText(this.t(key, params), { exact: true }).waitFor()
  }

  // The text that stands at a control as its error; empty where there is none.
  async errorAt(control) {
    const ids = ((await control.getAttribute('aria-describedby')) ?? '').split(' ')
    const id = ids.find((each) => each.endsWith('-error'))
    if ((await control.getAttribute('aria-invalid')) !== 'true' || id === undefined) return ''
    return this.page.locator(`[id="${id}"]`).innerText()
  }
}
