// A thread that asks for /api/health over and over, so making an attack's body is in nobody's figures.
import { parentPort, workerData } from 'node:worker_threads'

const PAUSE_MS = 20
let worstMs = 0
let asked = 0

parentPort.on('message', () => {
  parentPort.postMessage({ worstMs, asked })
  worstMs = 0
  asked = 0
})

for (;;) {
  const before = performance.now()
  const answer = await fetch(`${workerData.base}/api/health`)
  await answer.arrayBuffer()
  worstMs = Math.max(worstMs, performance.now() - before)
  asked += 1
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}
