// Writes what Vite made as one C++ source: each file gzipped, with its type and a tag of its
// content, and for each page the script and the style sheets that its HTML names.
//   node embed.mjs DIST OUTPUT
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const [dist, output] = process.argv.slice(2)

const types = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'application/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

// Octal always with three digits, so that a following digit can't belong to it; `?` escaped, or
// trigraphs could arise.
function literal(bytes) {
  const lines = []
  for (let at = 0; at < bytes.length; at += 64) {
    let line = ''
    for (const byte of bytes.subarray(at, at + 64)) {
      const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f
      line += plain ? String.fromCharCode(byte) : '\\' + byte.toString(8).padStart(3, '0')
    }
    lines.push(`    "${line}"`)
  }
  return lines.length > 0 ? lines.join('\n') : '    ""'
}

function assetsOf(folder) {
  return readdirSync(join(dist, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'manifest.json')
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const type = types[extname(name)]
      if (type === undefined) throw new Error(`${folder}/${name}: no content type is known for it`)
      const plain = readFileSync(join(dist, folder, name))
      return {
        path: `${folder}/${name}`,
        type,
        etag: createHash('sha256').update(plain).digest('hex').slice(0, 32),
        size: plain.length,
        // Level and header are fixed, so that the same sources make the same bytes.
        gzip: gzipSync(plain, { level: 9 }),
      }
    })
}

function pagesOf() {
  const manifest = JSON.parse(readFileSync(join(dist, 'pages', 'manifest.json'), 'utf8'))
  // What a chunk needs is loaded with it: styles of all, scripts to be fetched early.
  const gather = (key, seen) => {
    if (seen.has(key)) return
    seen.add(key)
    for (const next of manifest[key].imports ?? []) gather(next, seen)
  }
  return Object.entries(manifest)
    .filter(([, chunk]) => chunk.isEntry)
    .map(([key, chunk]) => {
      const seen = new Set()
      gather(key, seen)
      const chunks = [...seen].map((each) => manifest[each])
      return {
        name: chunk.name,
        script: chunk.file,
        preloads: chunks.filter((each) => each !== chunk).map((each) => each.file),
        styles: [...new Set(chunks.flatMap((each) => each.css ?? []))],
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const text = (value) => JSON.stringify(value)
const assets = [...assetsOf('extension'), ...assetsOf('pages')]
const list = (names) => `{${names.map(text).join(', ')}}`

const lines = [
  '#include "handlers/web/assets.hpp"',
  '',
  'namespace tillbridge::handlers::web {',
  'namespace {',
  '',
  ...assets.flatMap((asset, index) => [
    `constexpr char kBytes${index}[] =`,
    literal(asset.gzip) + ';',
    '',
  ]),
  '}  // namespace',
  '',
  'const std::vector<Asset>& assets() {',
  '    static const std::vector<Asset> kAssets = {',
  ...assets.map(
    (asset, index) =>
      `        {${text(asset.path)}, ${text(asset.type)}, ${text(asset.etag)}, ${asset.size},\n` +
      `         std::string_view(kBytes${index}, ${asset.gzip.length})},`,
  ),
  '    };',
  '    return kAssets;',
  '}',
  '',
  'const std::vector<PageAssets>& page_assets() {',
  '    static const std::vector<PageAssets> kPages = {',
  ...pagesOf().map(
    (page) =>
      `        {${text(page.name)}, ${text(page.script)}, ${list(page.preloads)}, ${list(page.styles)}},`,
  ),
  '    };',
  '    return kPages;',
  '}',
  '',
  '}  // namespace tillbridge::handlers::web',
  '',
]
writeFileSync(output, lines.join('\n'))
