import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const file = new URL('./heap-flags.mjs', import.meta.url).href

/**
 * How often a program that makes many short-lived objects cleared them away, and how many threads' parts that
 * was done in. The program is run after `first`.
 */
function cleared(first: string) {
  const program = `${first}; console.log('begin')
const kept = []
for (let at = 0; at < 2e6; at++) kept[at % 50_000] = { at, more: [at] }`
  const args = ['--trace-gc', '--trace-parallel-scavenge', '--input-type=module', '-e', program]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const [, traced = ''] = stdout.split('begin\n')
  const count = (pattern: RegExp) => traced.match(pattern)?.length ?? 0
  return { status, stderr, times: count(/: Scavenge /g), parts: count(/scavenge\[0x/g) }
}

test('with the flags of the server one thread alone clears young objects away', () => {
  const { status, stderr, times, parts } = cleared(
    `import { setHeapFlags } from ${JSON.stringify(file)}; setHeapFlags()`,
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(times).toBeGreaterThan(5)
  expect(parts).toBe(times)
})

test('this Node knows the flag of the server, and one that it does not know is left out', () => {
  const asked = `import { heapFlags } from ${JSON.stringify(file)}
console.log(JSON.stringify([heapFlags(), heapFlags(['--no-such-flag', '--no-parallel-scavenge'])]))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', asked], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual([['--no-parallel-scavenge'], ['--no-parallel-scavenge']])
})
