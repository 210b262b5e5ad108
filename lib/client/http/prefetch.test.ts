import { afterEach, expect, test } from 'vitest'
import { prefetchScript, takePrefetched } from './prefetch'

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'skeinPrefetched')
})

test('a prefetched answer is handed out once', () => {
  const answer = Promise.resolve(new Response('{}'))
  Object.assign(globalThis, { skeinPrefetched: { '/api/runs/a': answer } })
  expect(takePrefetched('/api/runs/a')).toBe(answer)
  expect(takePrefetched('/api/runs/a')).toBeNull()
  expect(takePrefetched('/api/runs/b')).toBeNull()
})

test('no path can leave the script it is written into', () => {
  const script = prefetchScript([
    '/api/runs/</script><script>alert(1)//',
    '/api/runs/<!--',
    '/api/runs/\'"`\u2028',
  ])
  expect(script).not.toMatch(/[<\u2028]/)
  expect(() => new Function(script)).not.toThrow()
})

test('the script asks for each path and keeps the answer where it is looked for', async () => {
  const asked: string[] = []
  const fetch = async (path: string) => {
    asked.push(path)
    return new Response('{}')
  }
  const window: { skeinPrefetched?: Record<string, Promise<Response>> } = {}
  new Function('fetch', 'window', prefetchScript(['/api/runs/a', '/api/runs/b']))(fetch, window)
  expect(asked).toEqual(['/api/runs/a', '/api/runs/b'])
  expect((await window.skeinPrefetched?.['/api/runs/b'])?.ok).toBe(true)
})
