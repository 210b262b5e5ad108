import { expect, test } from '../fixtures'

test('a server is healthy and runs on the simulator when no key is set', async ({ request }) => {
  const response = await request.get('/api/health')
  expect(response.ok()).toBe(true)
  expect(await response.json()).toMatchObject({ simulated: true })
  // A proxy keeps idle connections for a minute; the server must not be the first to close one.
  expect(response.headers()['keep-alive']).toBe('timeout=75')
})

test('a killed server comes back on the same port', async ({ newServer, request }) => {
  const server = await newServer()
  await server.kill()
  await expect(request.get(`${server.origin}/api/health`)).rejects.toThrow()
  await server.start()
  expect((await request.get(`${server.origin}/api/health`)).ok()).toBe(true)
})
