// Throws attacks at a server, and says of each what it was answered and how long health took meanwhile.
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

const MOST_MS = 180_000

export async function throwAll({ base, workspace, attacks, onDone }) {
  const probe = new Worker(fileURLToPath(new URL('./probe.mjs', import.meta.url)), { workerData: { base } })
  const read = () =>
    new Promise((resolve) => {
      probe.once('message', resolve)
      probe.postMessage('read')
    })
  const post = async (path, body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    })
    const given = await answer.text()
    return { status: answer.status, bytes: given.length, body: jsonOf(given) }
  }
  const results = []
  try {
    for (const { name, attack } of attacks) {
      await read()
      const before = performance.now()
      const answer = await within(attack({ base, workspace, post }))
      const tookMs = performance.now() - before
      const { worstMs, asked } = await read()
      const result = { name, answer, tookMs, worstMs, asked }
      results.push(result)
      onDone?.(result)
    }
  } finally {
    await probe.terminate()
  }
  return results
}

async function within(work) {
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(null), MOST_MS)
  })
  try {
    return await Promise.race([work.catch((error) => `broke: ${error.message}`), late])
  } finally {
    clearTimeout(timer)
  }
}

function jsonOf(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
