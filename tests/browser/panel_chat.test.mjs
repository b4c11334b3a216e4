// The panel in the order form of the chats, which the vendor's sandbox app has no place for.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after } from 'node:test'
import { shopWithOrder } from './support/panel.mjs'
import { root } from './support/process.mjs'
import { scenario } from './support/scenario.mjs'

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

// Bundles the harness with the Vite of the pages' own build, and serves it.
async function harness() {
  const { build } = await import(`${root}/build/web/work/node_modules/vite/dist/node/index.js`)
  const out = `${root}/build/browser/harness`
  await build({
    root: fileURLToPath(new URL('./harness', import.meta.url)),
    base: './',
    configFile: false,
    logLevel: 'error',
    build: { outDir: out, emptyOutDir: true, minify: false, target: 'es2022' },
  })
  const server = createServer((request, response) => {
    const name = new URL(request.url, 'http://x').pathname.replace(/^\/$/, '/index.html')
    try {
      const file = readFileSync(out + name)
      response.writeHead(200, { 'Content-Type': types[extname(name)] ?? 'application/octet-stream' })
      response.end(file)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  return `http://127.0.0.1:${server.address().port}`
}

const host = await harness()

for (const target of ['order/mg:payment.before', 'order/mg:payment.after'])
  scenario(target, { page: { hosts: [host] } }, async ({ world, page }) => {
    const shop = await shopWithOrder(world)
    assert.ok(shop.embed.targets.includes(target))
    await page.goto(host)
    await page.waitForFunction(() => globalThis.start !== undefined)
    await page.evaluate((given) => globalThis.start(given), {
      script: world.url + shop.embed.entrypoint,
      backend: `${world.peers}/embed-proxy/${shop.clientId}`,
      target,
    })
    await page.getByText('No payment link yet').first().waitFor()
    await page.getByRole('button', { name: 'Payment' }).click()
    await page.getByRole('button', { name: /^Create a link/ }).click()
    await page.getByText('Waiting for the buyer').first().waitFor()
  })
