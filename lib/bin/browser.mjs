import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { aptInstall, isDebianRoot } from './machine.mjs'
import { at } from './place.mjs'
import { announced, runNode, Stop } from './run.mjs'

/** The shell first: the same engine without a window that nobody sees, which takes two thirds of the time. */
const SHELL = 'chromium-headless-shell'
const names = [SHELL, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

export function findBrowser() {
  const named = process.env.PLAYWRIGHT_CHROMIUM
  if (named) {
    if (existsSync(named)) return { kind: 'file', path: named }
    throw new Stop(`PLAYWRIGHT_CHROMIUM is ${named}, and there is no such file.`)
  }
  const { chromium } = createRequire(at('package.json'))('@playwright/test')
  if (existsSync(chromium.executablePath())) return { kind: 'own' }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...applications,
  ]
  const path = candidates.find((file) => existsSync(file))
  return path === undefined ? { kind: 'none' } : { kind: 'file', path }
}

export async function bringBrowser() {
  if (findBrowser().kind !== 'none') return
  if (isDebianRoot()) await aptInstall([SHELL], 'a minute')
  if (findBrowser().kind !== 'none') return
  if (isDebianRoot()) await aptInstall(['chromium'], 'a minute or two')
  if (findBrowser().kind !== 'none') return
  await announced('Installing a browser with Playwright', 'about a minute', () =>
    runNode(at('node_modules', '@playwright', 'test', 'cli.js'), ['install', 'chromium']),
  )
  if (findBrowser().kind !== 'none') return
  throw new Stop(
    'The browser tests need Chromium and none could be installed. Install Chromium or Chrome, or name one: PLAYWRIGHT_CHROMIUM=/path/to/chromium npm test',
  )
}
