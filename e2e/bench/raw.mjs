// The work with nothing but the official SDK and Promise.all. Prints wall and CPU seconds and peak memory as JSON.
import Anthropic from '@anthropic-ai/sdk'
import { cpuSeconds, peakMegabytes } from './processes.mjs'
import { model, promptOf, reducePrompt } from './work.mjs'

const [, , baseURL, count] = process.argv
const client = new Anthropic({ apiKey: 'sk-bench-dummy', authToken: null, baseURL })

async function ask(prompt) {
  const stream = client.messages.stream({ model, max_tokens: 16384, messages: [{ role: 'user', content: prompt }] })
  const message = await stream.finalMessage()
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

await ask(promptOf('warm-up'))
const cpuBefore = cpuSeconds(process.pid)
const began = performance.now()
const answers = await Promise.all(Array.from({ length: Number(count) }, (_, index) => ask(promptOf(index))))
await ask(reducePrompt(answers))
const wall = (performance.now() - began) / 1000
console.log(JSON.stringify({ wall, cpu: cpuSeconds(process.pid) - cpuBefore, memory: peakMegabytes(process.pid) }))
