// What watching costs the server: the same work with one watcher and with ten, in turn, as a ratio.
import { cpuSeconds, median } from './processes.mjs'
import { call } from './skein.mjs'
import { script } from './work.mjs'

const AGENTS = 500
const ROUNDS = 5

export async function watchers(url, pid) {
  await call(url, 'PUT', '/api/settings', { dayCapUsd: null })
  await cost(url, pid, 1)
  const rounds = []
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({ one: await cost(url, pid, 1), ten: await cost(url, pid, 10) })
  const of = (name) => median(rounds.map((round) => round[name]))
  const ratio = median(rounds.map(({ one, ten }) => ten / one))
  console.log(
    `\nTen watchers beside one: ${AGENTS} agents of 100 tokens at 50 a second; median of ${ROUNDS} rounds`,
  )
  console.log(
    `  server's CPU   one ${of('one').toFixed(2)} s   ten ${of('ten').toFixed(2)} s   ratio ${ratio.toFixed(3)}   (bound 1.10)`,
  )
}

/** CPU seconds of the server from the launch to its end, with so many event streams open. */
async function cost(url, pid, count) {
  const limits = { usd: null, agents: AGENTS + 10 }
  const before = cpuSeconds(pid)
  const { id, status } = await call(url, 'POST', '/api/runs', { script: script(AGENTS), limits })
  if (status === 'draft') await call(url, 'POST', `/api/runs/${id}/approve`)
  const bytes = await Promise.all(Array.from({ length: count }, () => drink(url, id)))
  if (new Set(bytes.map((one) => one > 100_000)).has(false))
    throw new Error(`A watcher heard next to nothing: ${bytes}`)
  return cpuSeconds(pid) - before
}

/**
 * Reads a stream to its end and gives its length; nothing is parsed, the watchers' own work is not measured.
 */
async function drink(url, id) {
  const response = await fetch(`${url}/api/runs/${id}/events`, { headers: { accept: 'text/event-stream' } })
  let bytes = 0
  for await (const chunk of response.body) bytes += chunk.length
  return bytes
}
