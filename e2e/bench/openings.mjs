// How soon a finished run of a thousand agents can be read: its first useful paint, and all of its data.
import { withPage } from './browser.mjs'
import { median } from './processes.mjs'
import { call, follow } from './skein.mjs'
import { script } from './work.mjs'

const AGENTS = 1000
const ROUNDS = 5
/**
 * `paint` is for what one opens a run for first: what ran, how it ended, what it cost, and each of its
 * phases.
 */
const bounds = { paint: 1000, data: 2500 }

export async function openings(url) {
  await call(url, 'PUT', '/api/settings', { dayCapUsd: null })
  const limits = { usd: null, agents: AGENTS + 10 }
  const { id, status } = await call(url, 'POST', '/api/runs', { script: script(AGENTS), limits })
  if (status === 'draft') await call(url, 'POST', `/api/runs/${id}/approve`)
  await follow(url, id, () => {})
  await call(url, 'GET', `/api/runs/${id}`)
  console.log(
    `\nOpening a finished run of ${AGENTS} agents, in a browser that has never been here; median of ${ROUNDS}`,
  )
  await report('how it ended and what it cost', `${url}/runs/${id}`, paintedHead, bounds.paint)
  await report('its whole result', `${url}/runs/${id}`, paintedResult, bounds.data)
  await report('its whole map', `${url}/runs/${id}?view=map`, paintedMap, bounds.data)
  await report('timeline, all of the journal', `${url}/runs/${id}?view=timeline`, wholeTimeline, bounds.data)
}

async function report(name, address, isThere, bound) {
  const rounds = []
  for (let round = 0; round < ROUNDS; round++)
    rounds.push(await withPage((page) => timeUntil(page, address, isThere)))
  console.log(`  ${name.padEnd(30)} ${median(rounds).toFixed(0).padStart(5)} ms   (bound ${bound})`)
}

/** Milliseconds from the navigation's start to the first frame after `isThere`. */
async function timeUntil(page, address, isThere) {
  await page.addInitScript((source) => {
    const isThere = new Function(`return (${source})()`)
    const look = (now) => {
      if (isThere()) requestAnimationFrame((painted) => Object.assign(window, { readable: painted }))
      else requestAnimationFrame(look)
      return now
    }
    requestAnimationFrame(look)
  }, String(isThere))
  await page.goto(address)
  const handle = await page.waitForFunction(() => window.readable, null, { timeout: 60_000 })
  return handle.jsonValue()
}

// Each runs in the page.
const paintedHead = () => {
  const head = document.querySelector('main header')
  const isPainted = (element) => element !== null && element.getClientRects().length > 0
  return (
    head !== null &&
    isPainted(head.querySelector('h1')) &&
    /Completed/.test(head.textContent) &&
    /\$\d/.test(head.textContent) &&
    isPainted(head.querySelector('[aria-label="Phases"] li'))
  )
}

const paintedResult = () => document.querySelector('section[aria-label="result of the run"] pre') !== null

const paintedMap = () => {
  const canvas = document.querySelector('section[aria-label$=" agents"] canvas')
  if (canvas === null || canvas.width === 0) return false
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, Math.min(40, canvas.height))
  return data.some((value) => value !== 0)
}

const wholeTimeline = () => document.querySelector('[data-timeline][aria-busy="false"]') !== null
