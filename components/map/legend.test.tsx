import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderRun } from '@/components/testing/render-run'
import { mapGraph } from '@/lib/view/map/map-graph'
import { created, ended, told } from '@/lib/view/testing'
import { Legend } from './legend'

it('explains the states and the lines that are on the map, and no others', async () => {
  const state = told(
    ['Read', 'Write'],
    created('a1', 'Read'),
    ended('a1', 'flagged'),
    created('a2', 'Write', ['a1']),
  )
  await renderRun(<Legend edges={mapGraph(state).edges} />, state)
  const words = screen.getAllByRole('listitem', { hidden: true }).map(({ textContent }) => textContent)
  expect(words).toContain('Flagged answer passed on')
  expect(words.some((one) => one?.startsWith('Flagged'))).toBe(true)
  expect(words.some((one) => one?.startsWith('Stalled'))).toBe(false)
  expect(words).not.toContain('pipeline(): items move on independently')
})
