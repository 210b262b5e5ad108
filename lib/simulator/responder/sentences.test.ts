import { expect, test } from 'vitest'
import { keySentences, writeExtract } from './sentences'

test('a dot inside an address, a path or a number ends no sentence', () => {
  const text =
    'Compare https://example.com/a and https://example.com/b. Read src/add.js first! Is 3.5 enough? Look at ./lib/x.test.ts.'
  expect(keySentences(text, 9)).toEqual([
    'Compare https://example.com/a and https://example.com/b.',
    'Read src/add.js first!',
    'Is 3.5 enough?',
    'Look at ./lib/x.test.ts.',
  ])
  expect(writeExtract(text, 'max', 4000)).toContain('https://example.com/a and https://example.com/b')
})

test('sentences of scripts without spaces still end where they end', () => {
  expect(keySentences('雁はなぜ並んで飛ぶのか。力を節約するためである。', 9)).toEqual([
    '雁はなぜ並んで飛ぶのか。',
    '力を節約するためである。',
  ])
})

test('marks of a list are taken off, the beginning of a path is not', () => {
  expect(keySentences('1. Read .env.example\n- 2024.txt is old\n## Heading here', 9)).toEqual([
    'Read .env.example',
    '2024.txt is old',
    'Heading here',
  ])
})
