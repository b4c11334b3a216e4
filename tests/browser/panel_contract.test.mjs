// The panel's backend as the vendor's own host calls it, without a browser: their scenario
// controller makes the requests, the emulated CRM carries them on.
import assert from 'node:assert/strict'
import { createOrderSandboxController } from '@retailcrm/embed-ui-v1-sandbox/scenario'
import { test } from 'node:test'
import { shopWithOrder } from './support/panel.mjs'
import { World } from './support/world.mjs'

async function withShop(body) {
  const world = await World.start()
  try {
    const shop = await shopWithOrder(world)
    const controller = createOrderSandboxController('order-basic', {
      getHttpCallBaseUrl: () => `${world.peers}/embed-proxy/${shop.clientId}`,
    })
    const ask = async (action, payload) => {
      const answer = await controller.endpointApi.httpCall(`/extension/api/${action}`, payload)
      return { status: answer.status, body: JSON.parse(answer.body) }
    }
    await body({ world, shop, ask })
    assert.deepEqual(await world.violations(), [])
  } finally {
    await world.stop()
  }
}

test('state, link and cancel as the vendor sends them', { timeout: 60_000 }, () =>
  withShop(async ({ ask }) => {
    const first = await ask('state', { orderId: 215, locale: 'en-GB', userId: 17 })
    assert.equal(first.status, 200)
    const [create] = first.body.state.actions
    assert.equal(create.action, 'create')
    assert.equal(create.max, '121.50')
    const made = await ask('create', { orderId: 215, ...create })
    assert.equal(made.status, 200)
    assert.match(made.body.state.payment.link, /\/pay\//)
    const cancel = made.body.state.actions.find((offer) => offer.action === 'cancel')
    const paymentId = made.body.state.payment.id
    const over = await ask('cancel', { orderId: 215, paymentId, ...cancel })
    assert.equal(over.body.state.payment.state, 'canceled')
    const late = await ask('cancel', { orderId: 215, paymentId, ...cancel })
    assert.equal(late.status, 409)
    assert.equal(late.body.error.code, 'payment.changed')
  }),
)

test('what the delivery promises to the CRM page', { timeout: 60_000 }, () =>
  withShop(async ({ world, shop }) => {
    const origin = 'https://demo.retailcrm.ru'
    const get = (path, init = {}) =>
      fetch(world.url + path, { ...init, headers: { Origin: origin, ...init.headers } })
    const id = new URL(shop.extension).pathname
    const html = await get(id)
    assert.equal(html.headers.get('content-type'), 'text/html; charset=utf-8')
    const [, source] = /<head>.*<script type="module" src="([^"]+)"/s.exec(await html.text())
    const script = await get(source)
    assert.equal(script.headers.get('content-type'), 'application/javascript; charset=utf-8')
    const style = await get(shop.embed.stylesheet)
    assert.match(style.headers.get('content-type'), /^text\/css/)
    for (const answer of [html, script, style]) {
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('access-control-allow-origin'), origin)
      assert.equal(answer.headers.get('access-control-allow-credentials'), 'true')
      assert.match(answer.headers.get('vary'), /Origin/)
      assert.equal(answer.headers.get('cache-control'), 'no-cache')
    }
    const known = await get(shop.embed.stylesheet, {
      headers: { 'If-None-Match': style.headers.get('etag') },
    })
    assert.equal(known.status, 304)
    const head = await get(shop.embed.stylesheet, { method: 'HEAD' })
    assert.equal(head.status, 200)
    const asked = await get(shop.embed.entrypoint, { method: 'OPTIONS' })
    assert.equal(asked.status, 204)
    assert.equal(asked.headers.get('access-control-allow-methods'), 'GET,HEAD,OPTIONS,POST')
    assert.equal(asked.headers.get('access-control-allow-headers'), 'content-type')
    assert.equal((await get('/extension/00000000-0000-0000-0000-000000000000/script')).status, 404)
    assert.equal((await get(`${id}/..%2f..%2fetc%2fpasswd`)).status, 404)
    // One file that is a classic script too.
    const text = await script.text()
    assert.doesNotThrow(() => new Function(text))
    assert.ok(!/import\.meta/.test(text))
    assert.ok(text.length < 400_000, `${text.length} bytes`)
    // The calls are the CRM server's, never a browser's.
    const call = await get('/extension/api/state', { method: 'OPTIONS' })
    assert.notEqual(call.status, 204)
  }),
)

test('the archive for the marketplace', { timeout: 60_000 }, () =>
  withShop(async ({ world }) => {
    const file = `${world.folder}/panel.zip`
    world.command(['manifest', 'extension', '--zip', file])
    const { execFileSync } = await import('node:child_process')
    const read = (name) =>
      execFileSync('python3', ['-c', 'import sys,zipfile;sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))', file, name], { encoding: 'utf8' })
    const manifest = JSON.parse(read('manifest.json'))
    assert.equal(manifest.code, 'tillbridge')
    assert.match(manifest.version, /^\d+$/)
    assert.equal(manifest.runner, 'worker')
    assert.ok(manifest.scripts.includes(manifest.entrypoint))
    assert.ok(manifest.targets.includes('order/card:payment.before'))
    assert.ok(read(manifest.entrypoint).length > 10_000)
    assert.ok(read(manifest.stylesheet).length > 100)
  }),
)
