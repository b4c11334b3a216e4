// A reporter of node --test: one line `N passed, N failed`, which tests/run adds up. Groups are not
// counted, and a test that was skipped is no passed one.
export default async function* count(events) {
  let passed = 0
  let failed = 0
  for await (const { type, data } of events) {
    if (data?.details?.type === 'suite' || data?.skip !== undefined) continue
    if (type === 'test:pass') passed += 1
    if (type === 'test:fail') failed += 1
  }
  yield `${passed} passed, ${failed} failed\n`
}
