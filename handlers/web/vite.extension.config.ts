// The order-card panel: one file that is valid as a module and as a classic script of a worker (no
// top-level import or export, no import.meta), and its style sheet. Not `iife`: Vite would then
// put the styles in through `document`, which a worker does not have.
import { fileURLToPath } from 'node:url'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import remote from '@omnicajs/vue-remote/vite-plugin'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  base: './',
  // The remote plugin rewrites event modifiers for the worker and must come before vue().
  plugins: [remote(), vue(), vueI18n()],
  resolve: { alias: { '@': at('./src') } },
  build: {
    outDir: 'dist/extension',
    assetsDir: '.',
    emptyOutDir: true,
    manifest: 'manifest.json',
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: { extension: at('./src/extension/main.ts') },
      output: {
        format: 'es',
        inlineDynamicImports: true,
        entryFileNames: 'extension.js',
        assetFileNames: 'extension[extname]',
      },
    },
    target: 'es2022',
  },
})
