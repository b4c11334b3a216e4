// The settings and diagnostics pages. The server draws the HTML around them from Vite's manifest
// (handlers/web/pages.cpp), so the entries are scripts, and no file holds an inline script or style.
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  base: './',
  plugins: [vue()],
  resolve: { alias: { '@': at('./src') } },
  define: { __VUE_OPTIONS_API__: false },
  build: {
    outDir: 'dist/pages',
    assetsDir: '.',
    assetsInlineLimit: 0,
    emptyOutDir: true,
    manifest: 'manifest.json',
    // Its polyfill would ask for nothing that current browsers lack.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: { settings: at('./src/settings/main.ts'), support: at('./src/support/main.ts') },
      // Named after what is in them, and not after the first module that they share.
      output: {
        manualChunks: (id) =>
          id.includes('/node_modules/@vue/') || id.includes('/node_modules/vue/')
            ? 'vue'
            : /\/src\/common\/|plugin-vue:export-helper|vite\/preload-helper/.test(id)
              ? 'common'
              : undefined,
      },
    },
    target: 'es2022',
  },
})
