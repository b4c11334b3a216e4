// A host for targets that the vendor's sandbox app has no place for: their worker runtime with the
// real extension; its calls go to the emulated CRM.
import {
  createExtensionSourceWorker,
  createSandboxWorkerRuntime,
} from '@retailcrm/embed-ui-v1-sandbox/automation/browser'

globalThis.start = async ({ script, backend, target }) => {
  const { worker, ready } = createExtensionSourceWorker(script)
  const runtime = await createSandboxWorkerRuntime({
    worker,
    ready,
    fixture: 'order-basic',
    httpMiddleware: async ({ action, payload }) => {
      const body = new URLSearchParams()
      if (payload) body.set('payload', typeof payload === 'string' ? payload : JSON.stringify(payload))
      const answer = await fetch(backend + action, { method: 'POST', body })
      return { status: answer.status, body: await answer.text() }
    },
  })
  globalThis.runtime = runtime
  runtime.patchContext('settings', { 'system.locale': 'en-GB' })
  const place = await runtime.runWidget(target)
  if (!place.isConnected) document.body.append(place)
}
