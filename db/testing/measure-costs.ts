import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { CostQuestions, RollupColumn } from '@/lib/core/money/cost-store'
import { priceTable } from '@/lib/core/money/price-table'
import { realClock } from '@/lib/server/testing/real-clock'
import { createCostReader } from '../cost-reader'
import { databasePath, fillCosts } from './fill-costs'

const ROUNDS = 5

/**
 * Run as a program by the benchmark: fills a folder with costs, or queries those that are there, and prints
 * what it took.
 */
const [act = '', dataDir = '', sizeText = '{}', entry = ''] = process.argv.slice(2)
const size = JSON.parse(sizeText)
if (act === 'fill') fillCosts(dataDir, size)
else console.log(JSON.stringify(await ask()))

async function ask() {
  const reader = createCostReader({ entry, path: databasePath(dataDir), clock: realClock })
  const month = { from: `${size.until.slice(0, 7)}-01`, to: size.until, simulated: false }
  const half = {
    from: new Date(Date.parse(size.until) - 182 * 86_400_000).toISOString().slice(0, 10),
    to: size.until,
    simulated: false,
  }
  const costReport = (period: typeof month, by: RollupColumn[]): CostQuestions['costReport'] => ({
    period,
    by,
    limit: 1000,
    withKinds: false,
    month,
  })
  const timed = async (work: () => Promise<unknown>) => {
    const rounds: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now()
      await work()
      rounds.push(performance.now() - began)
    }
    return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
  }
  const began = performance.now()
  await reader.ask('costReport', costReport(month, ['day', 'model']))
  const cold = performance.now() - began
  const groups: RollupColumn[][] = [
    ['day'],
    ['model'],
    ['workflow'],
    ['run'],
    ['phase'],
    ['user'],
    ['tag'],
    ['phase', 'model'],
    ['tag', 'user'],
    ['run', 'phase'],
    ['day', 'tag'],
  ]
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const overMonth: number[] = []
  const overHalf: Record<string, number> = {}
  for (const by of groups) overMonth.push(await timed(() => reader.ask('costReport', costReport(month, by))))
  for (const by of groups)
    overHalf[by.join(',')] = await timed(() => reader.ask('costReport', costReport(half, by)))
  const usage = await timed(() => reader.ask('usage', { of: { period: half } }))
  const runTotals = await timed(() => reader.ask('runTotals', { period: month, peers: 51 }))
  delay.disable()
  const short = { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
  delay.reset()
  delay.enable()
  const dearer = priceTable.map((price) => ({
    ...price,
    rates: { ...price.rates, output: price.rates.output + 1000 },
  }))
  const repricing = await timed(() => reader.ask('repricing', { ...month, model: null, prices: dearer }))
  delay.disable()
  const long = { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
  await reader.close()
  return { cold, overMonth: Math.max(...overMonth), overHalf, usage, runTotals, short, repricing, long }
}
