import { noCalendarCaps } from '@/lib/core/ports/dispatcher'
import { startTestApp } from './test-app'

/**
 * Run as a program by the benchmark: launches so many agents, ends, and is led again from the journal alone.
 */
const count = Number(process.argv[2] ?? 1000)
const app = await startTestApp({ env: { SKEIN_MAX_CONCURRENCY: '2000' } })
const script = `const all = await parallel(Array.from({ length: ${count} }, (_, at) => () => agent('Question ' + at)))
return all.filter((one) => one !== null).length`
app.app.dispatcher.setCaps(noCalendarCaps)
const runId = await app.launch(script, { limits: { usd: null, agents: count } })
await app.ended(runId)
const before = app.simulator.log().entries.length
const began = performance.now()
await app.reopen(runId)
await app.ended(runId)
const seconds = (performance.now() - began) / 1000
const bought = app.simulator.log().entries.length - before
console.log(JSON.stringify({ seconds, bought, result: await app.result(runId) }))
await app.dispose()
