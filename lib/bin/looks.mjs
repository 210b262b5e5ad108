#!/usr/bin/env node
// `npm run looks`: every page in light and dark, at 1440, 1024 and 390 px, as pictures to look at.
import { bootstrap } from './bootstrap.mjs'
import { at } from './place.mjs'
import { conclude, runNode, say } from './run.mjs'

await conclude(async () => {
  await bootstrap({ readsEnvFiles: false })
  const { buildPages } = await import('./build.mjs')
  await buildPages()
  const { bringBrowser } = await import('./browser.mjs')
  await bringBrowser()
  say('Visiting every page and taking its pictures.')
  const env = { ...process.env, E2E_PICTURES: '1' }
  process.exitCode = await runNode(
    at('node_modules', '@playwright', 'test', 'cli.js'),
    ['test', 'looks', 'money'],
    {
      env,
    },
  )
  say('The pictures are in e2e/screenshots.')
})
