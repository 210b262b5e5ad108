import { expect, test } from 'vitest'
import { SignInGuard } from './sign-in-guard'

function guard() {
  const time = { ms: 1000 }
  const lines: string[] = []
  const made = new SignInGuard(
    () => time.ms,
    (line) => void lines.push(line),
  )
  const wrong = (address: string, account: string) => made.begin(address, account).kind
  const right = (address: string, account: string) => {
    const attempt = made.begin(address, account)
    if (attempt.kind === 'open') attempt.right()
    return attempt.kind
  }
  return { time, lines, wrong, right }
}

test('an address that guesses is braked, and gets a try back in time', () => {
  const { time, lines, wrong, right } = guard()
  const kinds = Array.from({ length: 20 }, (_, nth) => wrong('eve', `account ${nth}`))
  expect(kinds.filter((kind) => kind === 'open')).toHaveLength(6)
  expect(right('eve', 'ann')).toBe('braked')
  time.ms += 10_000
  expect(right('eve', 'ann')).toBe('open')
  expect(lines).toEqual(['too many wrong sign-ins came from eve; more are refused for a while'])
})

test('an account is locked after ten wrong passwords from anywhere, but for where its owner was', () => {
  const { time, wrong, right } = guard()
  expect(right('home', 'ann')).toBe('open')
  const kinds = Array.from({ length: 15 }, (_, nth) => wrong(`10.0.0.${nth}`, 'ann'))
  expect(kinds.filter((kind) => kind === 'open')).toHaveLength(10)
  expect(right('office', 'ann')).toBe('braked')
  expect(right('home', 'ann')).toBe('open')
  expect(right('office', 'bob')).toBe('open')
  time.ms += 60_000
  expect(right('office', 'ann')).toBe('open')
})

test('who was there before may be wrong ten times, and not guess for ever', () => {
  const { wrong, right } = guard()
  expect(right('home', 'ann')).toBe('open')
  const kinds = Array.from({ length: 20 }, () => wrong('home', 'ann'))
  expect(kinds.filter((kind) => kind === 'open')).toHaveLength(10)
})

test('somebody who is right owes nothing, however often', () => {
  const { right } = guard()
  expect(new Set(Array.from({ length: 50 }, () => right('home', 'ann')))).toEqual(new Set(['open']))
})
