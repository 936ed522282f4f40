import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVICE = process.env['WMS_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: '../../../dist/console',
    emptyOutDir: true,
    // The policy of the page allows neither data: scripts nor inline ones.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: 'assets/third-party-notices.md' },
    target: 'es2022'
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': SERVICE, '/docs': SERVICE } }
})
