import { afterEach, expect, test } from 'vitest'
import { earlyScript, takeEarly } from './early'

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'skeinEarly')
})

test('an early answer is handed out once', () => {
  const answer = Promise.resolve(new Response('{}'))
  Object.assign(globalThis, { skeinEarly: { '/api/runs/a': answer } })
  expect(takeEarly('/api/runs/a')).toBe(answer)
  expect(takeEarly('/api/runs/a')).toBeNull()
  expect(takeEarly('/api/runs/b')).toBeNull()
})

test('no path can leave the script it is written into', () => {
  const script = earlyScript(['/api/runs/</script><script>alert(1)//', '/api/runs/<!--', '/api/runs/\'"`\u2028'])
  expect(script).not.toMatch(/[<\u2028]/)
  expect(() => new Function(script)).not.toThrow()
})

test('the script asks for each path and keeps the answer where it is looked for', async () => {
  const asked: string[] = []
  const fetch = async (path: string) => {
    asked.push(path)
    return new Response('{}')
  }
  const window: { skeinEarly?: Record<string, Promise<Response>> } = {}
  new Function('fetch', 'window', earlyScript(['/api/runs/a', '/api/runs/b']))(fetch, window)
  expect(asked).toEqual(['/api/runs/a', '/api/runs/b'])
  expect((await window.skeinEarly?.['/api/runs/b'])?.ok).toBe(true)
})
