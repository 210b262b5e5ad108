#!/usr/bin/env node
// `npm start`: on a fresh clone installs, builds and serves; afterwards only serves.
import { bootstrap } from './bootstrap.mjs'
import { conclude } from './run.mjs'
import { checkPort, readSettings, serve, serveDev } from './serve.mjs'

await conclude(async () => {
  const isDev = process.argv.includes('--dev')
  await bootstrap({ readsEnvFiles: true })
  // Mistakes in the settings are said before the long build, not after it.
  const settings = readSettings()
  await checkPort(settings)
  if (isDev) return serveDev(settings)
  const { buildPages } = await import('./build.mjs')
  await buildPages()
  await serve(settings)
})
