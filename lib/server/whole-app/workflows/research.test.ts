import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { eventsOf } from '@/lib/server/testing/test-app'
import { runBuiltIn } from './testing'

const opened: Awaited<ReturnType<typeof runBuiltIn>>['app'][] = []
afterEach(async () => {
  for (const app of opened.splice(0)) await app.dispose()
})

const files = {
  'sources/almanac.md':
    '# Bridges\n\nThe harbour bridge was opened to traffic in 1932.\nIts main span has a length of\n503 metres.\n',
  'sources/guide.txt':
    'A guide to the town.\n\nThe main span of the harbour bridge has a length of 503 metres. The harbour bridge was opened to traffic in 1934.\n',
  'sources/letters.md':
    '# Letters\n\nThe weather was fine.\n\nAn engineer reportedly paid for the harbour bridge himself.\n',
}

const claimSchema = z.looseObject({
  id: z.string(),
  claim: z.string(),
  quote: z.string(),
  source: z.string(),
  verdict: z.enum(['confirmed', 'refuted', 'unverified']),
  quoteFound: z.boolean(),
  place: z.looseObject({ line: z.number().nullable() }).nullable(),
  reason: z.string(),
})
const resultSchema = z.looseObject({
  report: z.string(),
  claims: z.array(claimSchema),
  contradictions: z.array(z.looseObject({ claims: z.array(z.string()) })),
  agreements: z.array(z.looseObject({ claims: z.array(z.string()) })),
  citations: z.array(z.looseObject({ id: z.string(), source: z.string(), line: z.number().nullable() })),
  unread: z.array(z.unknown()),
  invented: z.array(z.string()),
})

test('research cites what code found in the sources, names a contradiction, and leaves unverified what nobody vouches for', async () => {
  const question = 'When was the harbour bridge opened, how long is its main span, and who paid for it?'
  const { app, runId, state, result } = await runBuiltIn('research', files, {
    question,
    sources: Object.keys(files),
  })
  opened.push(app)
  expect(state.run.status).toMatch(/^completed/)
  const { claims, contradictions, agreements, citations, report, unread, invented } =
    resultSchema.parse(result)
  const by = (source: string, words: string) =>
    claims.find((one) => one.source === source && one.quote.includes(words)) ??
    expect.fail(`no claim on ${words}`)
  const [opened32, opened34] = [by('sources/almanac.md', '1932'), by('sources/guide.txt', '1934')]
  const [span, sameSpan] = [by('sources/almanac.md', '503'), by('sources/guide.txt', '503')]
  expect([opened32.place?.line, opened34.place?.line, span.place?.line]).toEqual([3, 3, 4])
  expect([opened32, opened34, span, sameSpan].map(({ verdict }) => verdict)).toEqual(
    Array(4).fill('confirmed'),
  )
  expect(by('sources/letters.md', 'reportedly')).toMatchObject({ verdict: 'unverified', quoteFound: true })
  expect(contradictions.map((one) => one.claims)).toEqual([[opened32.id, opened34.id]])
  expect(agreements.map((one) => one.claims)).toEqual([[span.id, sameSpan.id]])
  expect(citations).toContainEqual(
    expect.objectContaining({ id: span.id, source: 'sources/almanac.md', line: 4, endLine: 5 }),
  )
  expect(report).toContain('`sources/almanac.md:3`')
  expect(report).toContain('*unverified* An engineer reportedly paid')
  expect(report).toContain(`1932. [${opened32.id}]`)
  expect([unread, invented]).toEqual([[], []])
  expect(eventsOf(await app.journal(runId), 'quotes.checked')).toHaveLength(1)
})

test('research calls unverified what is quoted and stands nowhere, and names the source that is not there', async () => {
  const { app, result } = await runBuiltIn(
    'research',
    files,
    { question: 'When was the harbour bridge opened?', sources: ['sources/almanac.md', 'sources/gone.md'] },
    {},
    (prompt) =>
      prompt.includes('# Source: `sources/almanac.md`')
        ? [
            {
              toolCalls: [
                {
                  name: 'answer',
                  input: {
                    claims: [
                      { claim: 'It was opened in 1931.', quote: 'was opened in 1931', place: 'line 3' },
                    ],
                    open: [],
                  },
                },
              ],
            },
          ]
        : null,
  )
  opened.push(app)
  const { claims, report, unread } = resultSchema.parse(result)
  expect(claims).toMatchObject([
    { verdict: 'unverified', quoteFound: false, reason: 'Its quote does not stand in the source.' },
  ])
  expect(report).toContain('*unverified* It was opened in 1931.')
  expect(unread).toMatchObject([
    { source: 'sources/gone.md', why: expect.stringContaining('does not exist') },
  ])
})
