import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { temporaryStore } from '@/db/testing'
import { realClock } from '../testing/real-clock'
import { pending } from './alert-watch'
import { Deliveries } from './deliveries'

test('a notice that was put off by a clock years ahead is sent once the clock is right', async () => {
  const received: string[] = []
  const receiver = createServer((request, response) => {
    received.push(String(request.headers['webhook-id']))
    response.end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(receiver.address())
  const place = temporaryStore()
  const at = new Date().toISOString()
  const put = (id: string, nextAt: string) =>
    place.store.money.addDelivery({ ...pending(id, at), nextAt, kind: 'test', body: '{}' })
  await put('years', '2046-01-01T00:00:00.000Z')
  await put('hours', new Date(Date.now() + 6 * 3_600_000).toISOString())
  const deliveries = new Deliveries({
    store: place.store.money,
    receiver: () => ({
      ...{ url: `http://127.0.0.1:${port}/`, format: 'json', runNotices: [] },
      secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
    }),
    ...{ allowsLoopback: true, delaysMs: [10_000], clock: realClock },
    report: (error) => {
      throw error
    },
  })
  deliveries.wake()
  await deliveries.atRest()
  expect(received).toEqual(['years'])
  await deliveries.close()
  await place.dispose()
  receiver.close()
})
