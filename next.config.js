import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))

/** @type {import('next').NextConfig} */
export default {
  distDir: process.env.SKEIN_NEXT_DIR ?? '.next',
  // Native and worker code is loaded by Node at run time, never bundled; nor is what is imported on demand,
  // of which the bundler would make a copy for every route.
  serverExternalPackages: [
    'better-auth',
    'better-sqlite3',
    'undici',
    '@anthropic-ai/sdk',
    'quickjs-emscripten',
    'prom-client',
    '@opentelemetry/api',
    '@opentelemetry/exporter-metrics-otlp-http',
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-metrics',
    '@opentelemetry/sdk-trace-node',
  ],
  turbopack: {
    root,
    // Contracts are parsed on the first page, and the methods of zod's own keep all that it can do.
    resolveAlias: { zod: { browser: './dist/small-zod.mjs' } },
    // Skein is served from its own checkout: what tracing would copy elsewhere is of no use.
    ignoreIssue: [{ path: '**', title: /tracing of the whole project/ }],
  },
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  devIndicators: false,
  reactStrictMode: true,
  experimental: {
    // A server that one browser test starts for itself shows a few pages: to load the modules of all of them
    // takes a fifth of its start. The servers that the tests share do, as those do that people start.
    preloadEntriesOnStart: process.env.E2E_ON_DEMAND !== '1',
    // Nothing reads source maps in production, and a build of one version is made once: both together took
    // 40 % of its processor time, and 680 MB of disk.
    turbopackSourceMaps: process.env.NODE_ENV !== 'production',
    turbopackFileSystemCacheForBuild: false,
    // A few larger files pack better than many small ones, and a page asks for a third as many.
    turbopackChunking: { minChunkSize: 400_000, maxMergeChunkSize: 1_000_000 },
    // What runs on the server is minified once its copies are shared (lib/bin/build/shared-chunks.mjs): before
    // that it is 350 MB, and took two thirds of a build.
    turbopackMinify: { server: false, client: true },
  },
}
