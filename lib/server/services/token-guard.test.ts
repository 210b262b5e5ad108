import { expect, test } from 'vitest'
import { clientOf, TokenGuard } from './token-guard'

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

test('a client is known by its address, or by what a proxy on this machine says', () => {
  expect(clientOf('192.0.2.7', '203.0.113.9')).toBe('192.0.2.7')
  expect(clientOf('127.0.0.1', '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9')
  expect(clientOf('::1', 'nonsense <script>')).toBe('0:0:0:0::/64')
  expect(clientOf('::ffff:192.0.2.7', undefined)).toBe('192.0.2.7')
  expect(clientOf('2001:db8:1:2:aaaa::1', undefined)).toBe(clientOf('2001:db8:1:2:bbbb::9', undefined))
  expect(clientOf('2001:db8:1:3::1', undefined)).not.toBe(clientOf('2001:db8:1:2::1', undefined))
  expect(clientOf(undefined, undefined)).toBe('unknown')
})
