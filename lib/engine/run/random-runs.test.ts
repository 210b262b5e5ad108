import { expect, inject, test } from 'vitest'
import { randomRun } from '../testing/random-run'

test('runs under random kills, faults and acts of three people keep every law, whatever the seed', async () => {
  const broken: string[] = []
  for (let seed = 1; seed <= inject('engineSeeds'); seed++) {
    const run = await randomRun(seed)
    if (run.broken.length > 0)
      broken.push(`seed ${seed} (${run.journal.join(', ')}): ${run.broken.join('; ')}`)
    if (broken.length >= 5) break
  }
  expect(broken).toEqual([])
}, 3_600_000)
