import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { asCurl } from './curl'

test('a shell hands the body on as it is, quotes, dollars and lines included', () => {
  const body = { script: `it's "$HOME" \`id\` \\n\n!`, limits: { usd: 5 } }
  const command = asCurl('http://127.0.0.1:3000/api/runs', body).replace(/^curl/, 'printf "%s\\0"')
  const words = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }).split('\0')
  expect(JSON.parse(words.at(-2) ?? '')).toEqual(body)
  expect(words).toContain('http://127.0.0.1:3000/api/runs')
})
