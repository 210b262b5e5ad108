import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CostQuestions, CostReader } from '@/lib/core/money/cost-store'
import { realClock } from '@/lib/server/testing/real-clock'
import { createCostReader } from './cost-reader'
import { temporaryStore } from './testing'
import { databasePath, fillCosts } from './testing/fill-costs'

const entry = fileURLToPath(new URL('../dist/cost-reader-thread.mjs', import.meta.url))
const place = temporaryStore()
place.store.close()
const period = { from: '2026-11-01', to: '2026-11-30', simulated: false }
const costReport: CostQuestions['costReport'] = {
  period,
  by: ['run'],
  limit: 10,
  withKinds: false,
  month: period,
}

let costReader: CostReader
beforeAll(() => {
  fillCosts(place.dir, { turns: 2000, runs: 40, days: 60, until: '2026-11-30' })
  costReader = createCostReader({ entry, path: databasePath(place.dir), clock: realClock })
})
afterAll(() => costReader.close())

describe('the cost rollups', () => {
  test('are read on threads of their own, many questions at once, each with its own answer', async () => {
    const groups = ['model', 'workflow', 'run', 'tag'] as const
    const answers = await Promise.all(
      groups.map((group) => costReader.ask('costReport', { ...costReport, by: [group] })),
    )
    for (const [at, { rows, whole }] of answers.entries()) {
      expect(Object.keys(rows[0]?.key ?? {})).toEqual([groups[at]])
      expect(whole).toEqual(answers[0]?.whole)
    }
    expect(answers[2]?.rows).toHaveLength(10)
    const shown = answers[2]?.rows.reduce((sum, { sums }) => sum + sums.costNanoUsd, 0) ?? 0
    const { omitted, whole } = answers[2] ?? {
      omitted: { rows: 0, costNanoUsd: 0 },
      whole: { costNanoUsd: 0 },
    }
    expect(omitted.rows).toBe(10)
    expect(shown + omitted.costNanoUsd).toBe(whole.costNanoUsd)
  })

  test('can be abandoned by one asker, and go on answering others', async () => {
    const leaving = new AbortController()
    const gone = expect(costReader.ask('costReport', costReport, leaving.signal)).rejects.toThrow('left')
    leaving.abort(new Error('left'))
    await gone
    await expect(
      costReader.ask('costReport', costReport, AbortSignal.abort(new Error('never came'))),
    ).rejects.toThrow('never came')
    expect((await costReader.ask('costReport', costReport)).rows).toHaveLength(10)
  })

  test('say so when too many ask at once, and answer those who were let in', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 90 }, () => costReader.ask('costReport', costReport)),
    )
    const refused = all.filter((one) => one.status === 'rejected')
    expect(refused).toHaveLength(90 - 66)
    expect(String(refused[0]?.reason)).toMatch(/Too many questions/)
  })

  test('cannot be written to by those who read them, and a question that breaks is told', async () => {
    const broken = { ...costReport, period: { ...period, from: 'x'.repeat(10) }, limit: Number.NaN }
    await expect(costReader.ask('costReport', broken)).rejects.toMatchObject({ name: 'ReaderError' })
    expect((await costReader.ask('costReport', costReport)).rows).toHaveLength(10)
  })

  test('are closed with a sentence for those who still wait', async () => {
    const own = createCostReader({ entry, path: databasePath(place.dir), clock: realClock })
    const told = expect(own.ask('costReport', costReport)).rejects.toThrow(/shutting down/)
    await own.close()
    await told
    await expect(own.ask('costReport', costReport)).rejects.toThrow(/shutting down/)
    const nowhere = createCostReader({ entry, path: join(place.dir, 'nowhere.db'), clock: realClock })
    await expect(nowhere.ask('costReport', costReport)).rejects.toMatchObject({ name: 'ReaderError' })
    await nowhere.close()
  })
})
