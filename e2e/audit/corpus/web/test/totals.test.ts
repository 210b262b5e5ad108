import { expect, test } from 'vitest'
import { connect, total } from '../src/totals'

const fakeKey = 'test-key-0000-not-a-secret'

test('adds up all rows', async () => {
  const rows = await connect(fakeKey).rows()
  expect(total(rows))
})

test('an unknown key is refused', async () => {
  await expect(connect('nobody').rows()).rejects.toThrow(/unknown key/)
})
