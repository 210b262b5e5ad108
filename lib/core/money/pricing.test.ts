import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { knownModels } from './models'
import { priceTable } from './price-table'
import { costOf, findPrice, tokenKinds, worstCaseNanoUsd } from './pricing'
import { noUsage, readUsage, type Usage } from './usage'

const at = '2026-11-22T12:00:00Z'
const cost = (model: string, usage: Partial<Usage>) => costOf({ ...noUsage, ...usage }, model, priceTable, at)
const usd = (model: string, usage: Partial<Usage>) => (cost(model, usage)?.totalNanoUsd ?? Number.NaN) / 1e9
const million = 1_000_000

/**
 * Dollars per million tokens by hand from the public list: input, 5-minute write, 1-hour write, read, output.
 */
const list: readonly [string, number, number, number, number, number][] = [
  ['claude-fable-5-2', 8, 10, 16, 0.2, 40],
  ['claude-mythos-5-2', 8, 10, 16, 0.2, 40],
  ['claude-fable-5-1', 10, 12.5, 20, 0.25, 50],
  ['claude-mythos-5-1', 10, 12.5, 20, 0.25, 50],
  ['claude-fable-5', 10, 12.5, 20, 1, 50],
  ['claude-mythos-5', 10, 12.5, 20, 1, 50],
  ['claude-opus-5-5', 4, 5, 8, 0.2, 20],
  ['claude-opus-5', 5, 6.25, 10, 0.5, 25],
  ['claude-opus-4-8', 5, 6.25, 10, 0.5, 25],
  ['claude-opus-4-7', 5, 6.25, 10, 0.5, 25],
  ['claude-opus-4-6', 5, 6.25, 10, 0.5, 25],
  ['claude-opus-4-5', 5, 6.25, 10, 0.5, 25],
  ['claude-sonnet-5-5', 2, 2.5, 4, 0.1, 10],
  ['claude-sonnet-5', 2, 2.5, 4, 0.2, 10],
  ['claude-sonnet-4-6', 3, 3.75, 6, 0.3, 15],
  ['claude-sonnet-4-5', 3, 3.75, 6, 0.3, 15],
  ['claude-haiku-5-5', 0.1, 0.125, 0.2, 0.01, 0.5],
  ['claude-haiku-4-5', 1, 1.25, 2, 0.1, 5],
]

describe('a price', () => {
  test('stands in the list for every model that is known', () => {
    expect(list.map(([model]) => model).sort()).toEqual([...knownModels].sort())
    expect(priceTable.map(({ model }) => model).sort()).toEqual([...knownModels].sort())
  })

  test.each(list)(
    'of %s is that of the list, for every kind of token',
    (model, input, write5m, write1h, read, output) => {
      // A hundred thousand tokens each, so no prompt is a long one.
      const tokens = 100_000
      const share = tokens / million
      expect(usd(model, { inputTokens: tokens })).toBeCloseTo(input * share, 9)
      expect(usd(model, { cacheWrite5mTokens: tokens })).toBeCloseTo(write5m * share, 9)
      expect(usd(model, { cacheWrite1hTokens: tokens })).toBeCloseTo(write1h * share, 9)
      expect(usd(model, { cacheReadTokens: tokens })).toBeCloseTo(read * share, 9)
      expect(usd(model, { outputTokens: tokens })).toBeCloseTo(output * share, 9)
    },
  )

  test('of a hundred agents on Opus 4.8 is a dollar of input and one and a quarter of output', () => {
    const one = cost('claude-opus-4-8', { inputTokens: 2000, outputTokens: 500 })
    expect(one?.byKind).toMatchObject({ input: 10_000_000, output: 12_500_000 })
    expect(100 * (one?.byKind.input ?? 0)).toBe(1_000_000_000)
    expect(100 * (one?.byKind.output ?? 0)).toBe(1_250_000_000)
    expect(100 * (one?.totalNanoUsd ?? 0)).toBe(2_250_000_000)
  })

  test('doubles in fast mode where there is one, and only there', () => {
    const fast = { inputTokens: 1000, cacheReadTokens: 1000, outputTokens: 1000, speed: 'fast' as const }
    expect(usd('claude-opus-4-8', fast)).toBeCloseTo(2 * (0.005 + 0.0005 + 0.025), 9)
    expect(usd('claude-fable-5-2', fast)).toBeCloseTo(2 * (0.008 + 0.0002 + 0.04), 9)
    expect(usd('claude-sonnet-5-5', fast)).toBeCloseTo(0.002 + 0.0001 + 0.01, 9)
  })

  test('halves in a batch, and is 1.1 times for US inference on 4.6 and later', () => {
    expect(usd('claude-opus-4-8', { outputTokens: million, serviceTier: 'batch' })).toBe(12.5)
    expect(usd('claude-opus-4-8', { outputTokens: million, inferenceGeo: 'us' })).toBe(27.5)
    expect(
      usd('claude-opus-4-8', {
        outputTokens: million,
        inferenceGeo: 'us',
        serviceTier: 'batch',
        speed: 'fast',
      }),
    ).toBe(27.5)
    expect(usd('claude-opus-4-5', { outputTokens: million, inferenceGeo: 'us' })).toBe(25)
    expect(usd('claude-opus-4-8', { outputTokens: million, inferenceGeo: 'global' })).toBe(25)
  })

  test('of Haiku 5.5 is five times higher above a hundred thousand prompt tokens, cached ones counted', () => {
    expect(usd('claude-haiku-5-5', { inputTokens: 100_000, outputTokens: 1000 })).toBeCloseTo(
      0.01 + 0.0005,
      9,
    )
    expect(usd('claude-haiku-5-5', { inputTokens: 100_001, outputTokens: 1000 })).toBeCloseTo(
      0.0500005 + 0.0025,
      9,
    )
    const cached = { inputTokens: 1, cacheReadTokens: 60_000, cacheWrite5mTokens: 40_000 }
    expect(usd('claude-haiku-5-5', cached)).toBeCloseTo(0.0000005 + 0.003 + 0.025, 9)
  })

  test('counts each web search a cent, and nothing else of a server tool', () => {
    expect(usd('claude-sonnet-5-5', { webSearchRequests: 3 })).toBe(0.03)
  })

  test('of a separately billed part is taken at its own model, and unknown when that is', () => {
    const part = {
      inputTokens: 1000,
      outputTokens: 100,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
    }
    const iterations = [
      { type: 'message', model: null, ...part },
      { type: 'compaction', model: null, ...part },
      { type: 'advisor_message', model: 'claude-opus-4-8', ...part },
    ]
    const own = { inputTokens: 1000, outputTokens: 100, iterations }
    expect(usd('claude-sonnet-5-5', own)).toBeCloseTo(2 * (0.002 + 0.001) + (0.005 + 0.0025), 9)
    const unknown = { ...own, iterations: [{ type: 'advisor_message', model: 'nobody', ...part }] }
    expect(cost('claude-sonnet-5-5', unknown)).toBeNull()
  })

  test('is unknown, never zero, for a model that is not in the list or not yet', () => {
    expect(cost('gpt-9', { outputTokens: 5 })).toBeNull()
    expect(cost('claude-sonnet', {})).toBeNull()
    expect(costOf(noUsage, 'claude-fable-5-2', priceTable, '2026-11-08T23:59:59Z')).toBeNull()
    expect(costOf(noUsage, 'claude-fable-5-2', priceTable, '2026-11-09T00:00:00Z')).not.toBeNull()
    expect(findPrice(priceTable, 'claude-sonnet-5-5-20260928', at)?.model).toBe('claude-sonnet-5-5')
  })

  test('rounds each kind half-up to a nanodollar, and the total is their sum', () => {
    // Haiku 5.5 reads cache at 10 nanodollars a token; a batch of US inference makes 5.5 of it.
    const odd = { cacheReadTokens: 1, serviceTier: 'batch' as const, inferenceGeo: 'us' }
    expect(cost('claude-haiku-5-5', odd)?.byKind.cacheRead).toBe(6)
    expect(cost('claude-haiku-5-5', { ...odd, cacheReadTokens: 3 })?.byKind.cacheRead).toBe(17)
    fc.assert(
      fc.property(
        fc.constantFrom(...knownModels),
        fc.nat(3 * million),
        fc.nat(3 * million),
        (model, inputTokens, outputTokens) => {
          const made = cost(model, { inputTokens, outputTokens, cacheReadTokens: inputTokens % 977 })
          expect(made?.totalNanoUsd).toBe(
            tokenKinds.reduce((sum, kind) => sum + (made?.byKind[kind] ?? 0), 0),
          )
          expect(Number.isSafeInteger(made?.totalNanoUsd)).toBe(true)
        },
      ),
    )
  })

  test('is never more than the worst case that was reserved for it', () => {
    const count = fc.nat(200_000)
    fc.assert(
      fc.property(
        fc.constantFrom(...knownModels),
        count,
        count,
        count,
        count,
        fc.constantFrom('fast' as const, 'standard' as const, 'batch' as const),
        (model, a, b, c, out, way) => {
          const worst = worstCaseNanoUsd(
            {
              model,
              inputTokens: a + b + c,
              maxTokens: out,
              fast: way === 'fast',
              batch: way === 'batch',
              cacheWriteKind: way === 'batch' ? 'cacheWrite1h' : 'cacheWrite5m',
            },
            priceTable,
            at,
          )
          const written = way === 'batch' ? { cacheWrite1hTokens: c } : { cacheWrite5mTokens: c }
          const speed = way === 'fast' ? ('fast' as const) : ('standard' as const)
          const serviceTier = way === 'batch' ? ('batch' as const) : ('standard' as const)
          const usage = {
            inputTokens: a,
            cacheReadTokens: b,
            ...written,
            outputTokens: out,
            speed,
            serviceTier,
          }
          expect(cost(model, usage)?.totalNanoUsd).toBeLessThanOrEqual(worst ?? 0)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('usage from the wire', () => {
  test('replaces what was said before, field by field, and keeps what is not said', () => {
    const start = readUsage({
      input_tokens: 100,
      output_tokens: 1,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      cache_read_input_tokens: 7,
    })
    expect(start).toMatchObject({ cacheWrite5mTokens: 10, cacheWrite1hTokens: 20 })
    const end = readUsage({ output_tokens: 55, input_tokens: 90 }, start)
    expect(end).toMatchObject({
      inputTokens: 90,
      outputTokens: 55,
      cacheReadTokens: 7,
      cacheWrite1hTokens: 20,
    })
    expect(readUsage({ cache_creation_input_tokens: 25 }, start)).toMatchObject({
      cacheWrite5mTokens: 5,
      cacheWrite1hTokens: 20,
    })
    expect(readUsage({ cache_creation_input_tokens: 15 }, start)).toMatchObject({
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 15,
    })
  })

  test('survives rubbish, and never makes a count that is not one', () => {
    fc.assert(
      fc.property(fc.anything(), fc.dictionary(fc.string(), fc.anything()), (any, fields) => {
        for (const wire of [
          any,
          fields,
          { input_tokens: any, output_tokens: any, iterations: any, cache_creation: any, speed: any },
        ]) {
          const usage = readUsage(wire)
          for (const value of [
            usage.inputTokens,
            usage.outputTokens,
            usage.cacheWrite5mTokens,
            usage.thinkingTokens,
          ])
            expect(Number.isSafeInteger(value) && value >= 0).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
    for (const wire of [
      { input_tokens: -1 },
      { input_tokens: '5' },
      { input_tokens: 1e300 },
      { input_tokens: Number.NaN },
      null,
      'x',
    ])
      expect(readUsage(wire).inputTokens).toBe(0)
  })
})
