import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { minifyChunks, shareChunks } from './shared-chunks.mjs'

const mapOf = (name: string) => `\n//# sourceMappingURL=${encodeURIComponent(name)}.map`

test('chunks that differ in their source map alone are kept once, and every file asks for that one', () => {
  const { write, read, has, folder } = serverFolder()
  for (const name of ['[root]__a._.js', '[root]__b._.js', '[root]__c._.js']) {
    write(`chunks/${name}`, `module.exports=[1,()=>"all of it"]${mapOf(name)}`)
    write(`chunks/${name}.map`, '{}')
  }
  write('chunks/own.js', `module.exports=[2,e=>e.l("server/chunks/[root]__c._.js")]${mapOf('own.js')}`)
  write('app/api/runs/route.js', 'R.c("server/chunks/[root]__b._.js")\nR.c("server/chunks/own.js")\n')

  expect(shareChunks(folder).removed).toBe(2)

  expect(read('app/api/runs/route.js')).toBe(
    'R.c("server/chunks/[root]__a._.js")\nR.c("server/chunks/own.js")\n',
  )
  expect(read('chunks/own.js')).toContain('e.l("server/chunks/[root]__a._.js")')
  expect(read('chunks/[root]__a._.js')).toContain('all of it')
  for (const gone of ['b', 'c'])
    expect([has(`chunks/[root]__${gone}._.js`), has(`chunks/[root]__${gone}._.js.map`)]).toEqual([
      false,
      false,
    ])
})

test('a chunk for pages and one for routes stay apart, and so do chunks that differ in a letter', () => {
  const { write, has, folder } = serverFolder()
  write('chunks/one.js', 'module.exports=[1]')
  write('chunks/other.js', 'module.exports=[2]')
  write('chunks/ssr/page.js', 'module.exports=[1]')
  expect(shareChunks(folder)).toEqual({ removed: 0, bytes: 0 })
  expect(['chunks/one.js', 'chunks/other.js', 'chunks/ssr/page.js'].map(has)).toEqual([true, true, true])
})

test('what is kept is smaller and does the same, and a broken chunk is no build', async () => {
  const { write, read, folder } = serverFolder()
  const text = `module.exports = [7, ((context) => {
  // why it greets
  const greeting = 'grüß dich, 世界'
  return greeting + context.name + /\\d+/u.exec('a12')
})]`
  for (const place of ['chunks', 'chunks/ssr']) write(`${place}/a.js`, text + mapOf('a.js'))
  await minifyChunks(folder)
  for (const place of ['chunks', 'chunks/ssr']) {
    const small = read(`${place}/a.js`)
    expect(small.length).toBeLessThan(text.length)
    expect(small).not.toContain('sourceMappingURL')
    const chunk: { exports: unknown[] } = { exports: [] }
    new Function('module', small)(chunk)
    const [id, run] = chunk.exports
    expect(id).toBe(7)
    if (typeof run !== 'function') throw new Error('the module is gone')
    expect(run({ name: '!' })).toBe('grüß dich, 世界!12')
  }
  write('chunks/b.js', 'module.exports = [')
  await expect(minifyChunks(folder)).rejects.toThrow('Unexpected end of file')
})

function serverFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'skein-chunks-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const at = (path: string) => join(folder, path)
  return {
    folder,
    write(path: string, text: string) {
      mkdirSync(dirname(at(path)), { recursive: true })
      writeFileSync(at(path), text)
    },
    read: (path: string) => readFileSync(at(path), 'utf8'),
    has: (path: string) => existsSync(at(path)),
  }
}
