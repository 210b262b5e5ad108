import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))

/** @type {import('next').NextConfig} */
export default {
  distDir: process.env.SKEIN_NEXT_DIR ?? '.next',
  // Native and worker code is loaded by Node at run time, never bundled.
  serverExternalPackages: ['better-sqlite3', 'undici', '@anthropic-ai/sdk', 'quickjs-emscripten'],
  turbopack: { root },
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  devIndicators: false,
  reactStrictMode: true,
}
