import { describe, expect, it } from 'vitest'
import { lineDiff } from '../format/line-diff'

describe('two attempts', () => {
  it('are compared line by line by what they have in common', () => {
    const told = lineDiff('a\nb\nc\nd', 'a\nx\nc\nd\ne').map(({ kind, text }) => `${kind} ${text}`)
    expect(told).toEqual(['same a', 'removed b', 'added x', 'same c', 'same d', 'added e'])
    expect(lineDiff('same', 'same')).toEqual([{ kind: 'same', from: 1, to: 1, text: 'same' }])
  })

  it('are told as one replaced by the other when they are very long', () => {
    const long = (word: string) => Array.from({ length: 1_200 }, (_, at) => `${word} ${at}`).join('\n')
    const kinds = lineDiff(long('a'), long('b')).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'same')).toEqual([])
    expect(kinds).toHaveLength(2_400)
  })
})
