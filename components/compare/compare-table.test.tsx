import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '@/components/testing/render-page'
import type { CompareRow } from '@/lib/view/runs/compare-runs'
import { CompareTable } from './compare-table'

const row = (label: string, change: Partial<CompareRow>): CompareRow => ({
  label,
  a: '1',
  b: '2',
  difference: '+1',
  isSame: false,
  verdict: 'other',
  change: 0.5,
  ...change,
})

it('says in a word what got better and what got worse, and nothing of what is neither', () => {
  const rows = [
    row('Succeeded', { verdict: 'better' }),
    row('Cost', { verdict: 'worse' }),
    row('Turns', {}),
    row('Model', { difference: null, isSame: true, change: null }),
  ]
  renderPage(<CompareTable groups={[{ title: 'All', rows }]} titleA="One" titleB="Two" />)
  const last = (name: string) =>
    within(screen.getByRole('row', { name: new RegExp(`^${name}`) }))
      .getAllByRole('cell')
      .at(-1)?.textContent
  expect(['Succeeded', 'Cost', 'Turns', 'Model'].map(last)).toEqual(['+1better', '+1worse', '+1', ''])
})
