import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { renderPage } from '@/components/testing/render-page'
import { priceTable } from '@/lib/core/money/price-table'
import { PriceTable } from './price-table'

it('has one menu a row, with all that can be done with its price', async () => {
  const price = priceTable[0]
  if (price === undefined) throw new Error('no price is shipped')
  const acts: string[] = []
  const { user } = renderPage(
    <PriceTable
      prices={[price]}
      today="2026-11-29"
      isBusy={false}
      onChange={() => acts.push('change')}
      onNext={() => acts.push('next')}
      onRemove={() => acts.push('remove')}
    />,
  )
  expect(screen.getAllByRole('button')).toHaveLength(1)
  for (const name of ['Change…', 'Schedule a price…', 'Remove']) {
    await user.click(screen.getByRole('button', { name: /^Price of/ }))
    await user.click(await screen.findByRole('menuitem', { name }))
  }
  expect(acts).toEqual(['change', 'next', 'remove'])
})
