import { expect, test } from 'vitest'
import { TokenGuard } from './token-guard'

function guard() {
  const time = { ms: 1000 }
  const lines: string[] = []
  const made = new TokenGuard(
    () => time.ms,
    (line) => void lines.push(line),
  )
  const wrong = (client: string) => made.judge(client, () => false).kind
  const right = (client: string) => made.judge(client, () => true).kind
  return { time, lines, made, wrong, right }
}

test('a client that goes on guessing is held up, with a right token too, and may go on later', () => {
  const { time, lines, wrong, right, made } = guard()
  expect(Array.from({ length: 400 }, () => wrong('eve')).filter((kind) => kind === 'wrong')).toHaveLength(5)
  expect(right('eve')).toBe('braked')
  expect(right('ann')).toBe('right')
  expect(made.judge('eve', () => true)).toEqual({ kind: 'braked', waitSeconds: 10 })
  time.ms += 10_000
  expect(wrong('eve')).toBe('wrong')
  expect(wrong('eve')).toBe('braked')
  time.ms += 50_001
  expect(right('eve')).toBe('right')
  expect(lines).toEqual([
    'a wrong team token came from eve',
    'too many wrong team tokens came from eve; more are refused for a while',
  ])
})

test('many clients that guess together are held up together, and nobody who has not guessed', () => {
  const { wrong, right } = guard()
  const clients = Array.from({ length: 100 }, (_, index) => `10.0.0.${index}`)
  const first = clients.map(wrong)
  expect(new Set(first)).toEqual(new Set(['wrong']))
  expect(new Set(clients.map(wrong))).toEqual(new Set(['braked']))
  expect(right('192.168.0.1')).toBe('right')
})

test('an address that has known the token is not locked out by a stranger behind it', () => {
  const { wrong, right } = guard()
  expect(right('proxy')).toBe('right')
  for (let count = 0; count < 50; count++) wrong('proxy')
  expect(right('proxy')).toBe('right')
})
