// Whether a page that watches a thousand agents for ten minutes keeps its memory: read once a minute, after a
// collection.
import { heapMegabytes, withPage } from './browser.mjs'
import { call } from './skein.mjs'

const MINUTES = Number(process.env.BENCH_MINUTES ?? 10)
const AGENTS = 1000
const STREAMING = 200
const BOUND = 250

export async function heapOverTime(url) {
  await call(url, 'PUT', '/api/settings', { dayCapUsd: null })
  const limits = { usd: null, agents: AGENTS + 10 }
  const launched = { script: script(), limits, concurrency: STREAMING, breaker: null }
  const { id, status } = await call(url, 'POST', '/api/runs', launched)
  if (status === 'draft') await call(url, 'POST', `/api/runs/${id}/approve`)
  console.log(
    `\nHeap of a page that watches ${AGENTS} agents, ${STREAMING} of them streaming, over ${MINUTES} minutes`,
  )
  await withPage(async (page) => {
    await page.goto(`${url}/runs/${id}?view=map`)
    await page.getByRole('region', { name: /^Long, / }).waitFor()
    for (let minute = 0; minute <= MINUTES; minute++) {
      if (minute > 0) await page.waitForTimeout(60_000)
      const megabytes = await heapMegabytes(page)
      console.log(
        `  after ${String(minute).padStart(2)} min   ${megabytes.toFixed(1).padStart(6)} MB   (bound ${BOUND})`,
      )
    }
  })
  await call(url, 'POST', `/api/runs/${id}/cancel`)
}

/** Every agent streams for about two minutes, so a fifth of them is always at it. */
function script() {
  return `export const meta = { name: 'heap-bench', description: 'A thousand long answers', phases: [{ title: 'Long' }] }
phase('Long')
return (await parallel(Array.from({ length: ${AGENTS} }, (_, at) => () =>
  agent('Long ' + at + ' [[sim: {"tokens": ' + (5000 + (at * 37) % 2000) + ', "tokensPerSecond": 50, "ttftMs": 200}]]', { label: 'long ' + at })))).length`
}
