import { expect, test } from 'vitest'
import { namesOfNotes, priceOfNotes } from './workspace-notes-words'

const notes = {
  isTold: true,
  files: [
    { path: 'CLAUDE.md', isCut: true },
    { path: 'AGENTS.md', isCut: false },
  ],
  skills: ['release', 'review'],
  further: ['packages/a/CLAUDE.md'],
  tokensEach: 1234,
  costNanoUsd: 120_000_000,
}

test('notes are named, what was cut is said, and what is told by name or path alone', () => {
  expect(namesOfNotes(notes)).toBe('CLAUDE.md (cut), AGENTS.md, 2 skills by name and 1 nested file by path')
  const many = Array.from({ length: 6 }, (_, at) => ({ path: `${at}.md`, isCut: false }))
  expect(namesOfNotes({ ...notes, files: many, skills: [], further: [] })).toBe('0.md, 1.md, 2.md and 3 more')
})

test('what they take is told for each agent, with a price where one is known', () => {
  expect(priceOfNotes(notes)).toBe(
    'About 1,234 tokens in every prompt of every agent with files; likely $0.12 in all',
  )
  expect(priceOfNotes({ ...notes, costNanoUsd: null })).not.toContain('$')
})
