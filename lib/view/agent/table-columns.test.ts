import { expect, it } from 'vitest'
import { agentColumnNames, readAgentColumns, tableLayout } from './table-columns'

const shownAt = (step: number, chosen = agentColumnNames.filter(() => true)) =>
  tableLayout(chosen)
    .columns.filter(({ from }) => from <= step)
    .map(({ id }) => id)

it('has room for every column at its full width, and for the state and the cost on a phone', () => {
  expect(shownAt(3)).toEqual(['state', 'agent', ...agentColumnNames.slice(1)])
  expect(shownAt(0)).toEqual(['state', 'agent', 'cost'])
  expect(shownAt(1).length).toBeGreaterThan(3)
  expect(shownAt(2).length).toBeGreaterThan(shownAt(1).length)
})

it('gives the room of what was left out to what was chosen', () => {
  expect(shownAt(1)).not.toContain('last')
  expect(shownAt(1, ['state', 'last'])).toEqual(['state', 'agent', 'last'])
  expect(shownAt(0, [])).toEqual(['agent'])
})

it('has a track for each column that stands, at every width', () => {
  const { columns, tracks } = tableLayout(agentColumnNames)
  const counted = tracks.map((track) => track.split(' ').length)
  expect(counted).toEqual([0, 1, 2, 3].map((step) => columns.filter(({ from }) => from <= step).length))
})

it('shows all columns where a browser keeps none, or keeps what is none', () => {
  expect(readAgentColumns(null)).toEqual([...agentColumnNames])
  expect(readAgentColumns('["cost","nothing"]')).toEqual([...agentColumnNames])
  expect(readAgentColumns('["cost"]')).toEqual(['cost'])
})
