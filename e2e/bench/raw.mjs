// The work with nothing but the official SDK and Promise.all, in one process for all rounds, as the server
// is. Each line of its input is a number of agents; for each it prints wall and CPU seconds and peak memory
// as a line of JSON.
import { createInterface } from 'node:readline'
import Anthropic from '@anthropic-ai/sdk'
import { cpuSeconds, peakMegabytes } from './processes.mjs'
import { model, promptOf, reducePrompt } from './work.mjs'

const [, , baseURL] = process.argv
const client = new Anthropic({ apiKey: 'sk-bench-dummy', authToken: null, baseURL })

async function ask(prompt) {
  const stream = client.messages.stream({
    model,
    max_tokens: 16384,
    messages: [{ role: 'user', content: prompt }],
  })
  const message = await stream.finalMessage()
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

async function measure(count) {
  const cpuBefore = cpuSeconds(process.pid)
  const began = performance.now()
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => ask(promptOf(index))))
  await ask(reducePrompt(answers))
  const wall = (performance.now() - began) / 1000
  return { wall, cpu: cpuSeconds(process.pid) - cpuBefore, memory: peakMegabytes(process.pid) }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await measure(Number(line)))}\n`)
