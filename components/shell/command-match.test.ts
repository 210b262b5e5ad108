import { describe, expect, it } from 'vitest'
import { rankCommands } from './command-match'

const found = (typed: string, ...values: string[]) =>
  rankCommands(
    values.map((value) => ({ value })),
    typed,
  ).map(({ value }) => value)

describe('a command', () => {
  it('with the very name comes before one that begins so, and before strewn letters', () => {
    const names = ['this run Fork this run…', 'Runs: needs you', 'Runs', 'launch research-and-units']
    expect(found('runs', ...names)[0]).toBe('Runs')
    expect(found('RUNS:', ...names)[0]).toBe('Runs: needs you')
    expect(found('fork run', ...names)[0]).toBe('this run Fork this run…')
  })

  it('is hidden when the letters are not in it, and found with a letter left out', () => {
    expect(found('zz', 'Costs', 'launch code-audit')).toEqual([])
    expect(found('cdaudit', 'Costs', 'launch code-audit')).toEqual(['launch code-audit'])
    expect(found('  ', 'Costs', 'Runs')).toEqual(['Costs', 'Runs'])
  })
})
