// What the browser sources promise: texts in all languages, types, sizes, no traces of a registry.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { root } from './support/process.mjs'

const web = join(root, 'handlers/web')
const work = join(root, 'build/web/work')
const read = (path) => readFileSync(path, 'utf8')
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /\.(vue|ts)$/.test(name))
    .map((name) => join(folder, name))

// Apps that have texts of their own.
const apps = ['settings', 'support', 'extension']
  .map((name) => ({ name, folder: join(web, 'src', name), locales: join(web, 'src', name, 'locales') }))
  .filter((app) => existsSync(app.locales))

const forms = (text) => (typeof text === 'string' ? [text] : Object.values(text))
const places = (text) => [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort()

// Words that are the same in several languages on purpose.
const international = /^[\s\d\p{P}\p{S}]*$|^(Tillbridge|API|CRM|UAPAY|ID|TOTP|JSON|HTTP)\b|^\{\w+\}/u

for (const app of apps) {
  const wanted = ['en', 'es', 'kk', 'ru', 'uk']
  const texts = Object.fromEntries(
    readdirSync(app.locales).map((file) => [file.replace('.json', ''), JSON.parse(read(join(app.locales, file)))]),
  )

  test(`${app.name}: all languages have the same keys with the same places`, () => {
    assert.deepEqual(Object.keys(texts).sort(), wanted)
    const keys = Object.keys(texts.en)
    for (const language of wanted) {
      assert.deepEqual(Object.keys(texts[language]), keys, language)
      for (const key of keys) {
        assert.deepEqual(places(texts[language][key]), places(texts.en[key]), `${language}: ${key}`)
        assert.equal(typeof texts[language][key], typeof texts.en[key], `${language}: ${key}`)
        for (const form of forms(texts[language][key])) assert.ok(form.trim() !== '', `${language}: ${key} is empty`)
      }
    }
  })

  test(`${app.name}: plural texts have each form that their language needs`, () => {
    for (const language of wanted) {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      for (const [key, text] of Object.entries(texts[language]))
        if (typeof text !== 'string')
          assert.deepEqual(Object.keys(text).sort(), [...needed].sort(), `${language}: ${key}`)
    }
  })

  test(`${app.name}: no text is left untranslated`, () => {
    const same = []
    for (const [key, text] of Object.entries(texts.en)) {
      if (forms(text).every((form) => international.test(form) || form.length < 4)) continue
      for (const language of wanted.filter((each) => each !== 'en'))
        if (JSON.stringify(texts[language][key]) === JSON.stringify(text)) same.push(`${language}: ${key}: ${text}`)
    }
    assert.deepEqual(same, [])
    // Cyrillic languages are written in Cyrillic letters.
    for (const language of ['ru', 'uk', 'kk'].filter((each) => wanted.includes(each)))
      for (const [key, text] of Object.entries(texts[language]))
        for (const form of forms(text))
          assert.ok(/\p{Script=Cyrillic}/u.test(form) || international.test(form), `${language}: ${key}: ${form}`)
  })

  test(`${app.name}: each text is used, and each that is used is there`, () => {
    const sources = filesOf(app.folder).map(read).join('\n')
    const keys = Object.keys(texts.en)
    // t('a.b'), and t(`a.${what}`) or t(`a_${what}`) for all that begin so; keys also stand in tables
    // as plain words.
    const literal = new Set([...sources.matchAll(/['"`]([a-z][\w-]*(?:\.[\w-]+)*)['"`]/gi)].map((match) => match[1]))
    const begun = [...sources.matchAll(/`([\w-]+(?:\.[\w-]+)*[._])\$\{/g)].map((match) => match[1])
    const used = (key) => literal.has(key) || begun.some((start) => key.startsWith(start))
    assert.deepEqual(keys.filter((key) => !used(key)), [], 'unused')
    const asked = [...sources.matchAll(/\bt\(\s*['"]([^'"]+)['"]/g)].map((match) => match[1])
    assert.ok(asked.length > 10)
    assert.deepEqual(asked.filter((key) => !(key in texts.en)), [], 'missing')
  })
}

test('the types are sound', () => {
  const program = join(work, 'node_modules/vue-tsc/bin/vue-tsc.js')
  try {
    execFileSync(process.execPath, [program, '--noEmit'], { cwd: work, encoding: 'utf8' })
  } catch (error) {
    assert.fail(error.stdout)
  }
})

// What a page loads before it can be used: its entry, all that it imports, and one language.
function firstLoad(page) {
  const dist = join(work, 'dist/pages')
  const manifest = JSON.parse(read(join(dist, 'manifest.json')))
  const files = new Set()
  const gather = (key) => {
    if (files.has(manifest[key].file)) return
    files.add(manifest[key].file)
    for (const next of manifest[key].imports ?? []) gather(next)
  }
  gather(Object.keys(manifest).find((key) => manifest[key].isEntry && manifest[key].name === page))
  const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length
  const languages = Object.keys(manifest).filter((key) => key.startsWith(`src/${page}/locales/`))
  const largest = Math.max(0, ...languages.map((key) => size(manifest[key].file)))
  return [...files].reduce((sum, file) => sum + size(file), largest)
}

for (const page of ['settings', 'support'])
  test(`${page}: the first load is at most 150 kB of packed script`, () => {
    const bytes = firstLoad(page)
    console.log(`# ${page}: ${(bytes / 1000).toFixed(1)} kB`)
    assert.ok(bytes > 1000 && bytes <= 150_000, `${bytes} bytes`)
  })

test('the panel is one file that a worker takes as a module and as a classic script', () => {
  const source = read(join(work, 'dist/extension/extension.js'))
  assert.doesNotThrow(() => new Function(source)) // top-level import or export would not parse
  assert.ok(!/\bimport\.meta\b|\bimport\s*\(/.test(source))
})

test('the same sources make the same bytes', () => {
  const before = read(join(root, 'build/web/assets.cpp'))
  for (const config of ['vite.config.ts', 'vite.extension.config.ts'])
    execFileSync(process.execPath, [join(work, 'node_modules/vite/bin/vite.js'), 'build', '--config', config], { cwd: work, stdio: 'pipe' })
  const output = join(root, 'build/browser/assets-again.cpp')
  execFileSync(process.execPath, [join(web, 'embed.mjs'), join(work, 'dist'), output], { cwd: work })
  assert.ok(read(output) === before)
})

test('the lock files name no host, and pin each package by its content', () => {
  for (const folder of ['handlers/web', 'tests/browser', 'deploy/node']) {
    const { packages } = JSON.parse(read(join(root, folder, 'package-lock.json')))
    for (const [name, each] of Object.entries(packages)) {
      assert.equal(each.resolved, undefined, `${folder}: ${name}`)
      if (name !== '') assert.match(each.integrity ?? '', /^sha512-/, `${folder}: ${name}`)
    }
    const wanted = JSON.parse(read(join(root, folder, 'package.json')))
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'])
      for (const [name, version] of Object.entries(wanted[kind] ?? {})) assert.match(version, /^\d+\.\d+\.\d+$/, `${folder}: ${name}`)
    assert.ok(!/https?:|\/\//.test(read(join(root, folder, '.npmrc'))), folder)
  }
})

test('the pages ask nobody but us', () => {
  for (const name of readdirSync(join(work, 'dist/pages'))) {
    if (!/\.(js|css)$/.test(name)) continue
    const found = (read(join(work, 'dist/pages', name)).match(/https?:\/\/[\w.-]+/g) ?? []).filter(
      // Names of formats, documentation in messages, and a link that a person follows.
      (url) => !/^https?:\/\/(www\.w3\.org|vuejs\.org|t\.me|github\.com)$/.test(url),
    )
    assert.deepEqual(found, [], name)
  }
})
