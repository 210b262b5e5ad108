import { describe, expect, test } from 'vitest'
import {
  beyondBounds,
  isWithinPermissions,
  narrowedBounds,
  noBounds,
  noPermissions,
  offeredPermissions,
  withinBounds,
} from './permissions'

const all = { write: true, shell: true, hosts: ['api.example.org'], web: true, mcp: ['docs'] }
const none = { write: false, shell: false, hosts: [], web: false, mcp: false }

describe('bounds', () => {
  test('name what is beyond them, each permission once', () => {
    expect(beyondBounds(all, noBounds)).toEqual([])
    expect(beyondBounds(all, none).map(({ permission }) => permission)).toEqual([
      ...['write', 'shell', 'hosts', 'web', 'mcp'],
    ])
    expect(beyondBounds(noPermissions, none)).toEqual([])
  })

  test.each([
    ['api.example.org', ['api.example.org'], true],
    ['API.example.org', ['*.Example.org'], true],
    ['*.a.example.org', ['*.example.org'], true],
    ['example.org', ['*.example.org'], false],
    ['*.example.org', ['api.example.org'], false],
    ['notexample.org', ['*.example.org'], false],
    ['api.example.org', [], false],
  ])('%s within %j: %s', (host, hosts, isWithin) => {
    const beyond = beyondBounds({ ...noPermissions, hosts: [host] }, { ...noBounds, hosts })
    expect(beyond.length === 0).toBe(isWithin)
  })

  test('of two, both hold', () => {
    const one = { ...noBounds, shell: false, hosts: ['*.example.org', 'a.example'] }
    const other = { ...noBounds, web: false, hosts: ['api.example.org', 'b.example'] }
    const both = narrowedBounds(one, other)
    expect(both).toEqual({ ...noBounds, shell: false, web: false, hosts: ['api.example.org'] })
    expect(narrowedBounds(other, one)).toEqual(both)
    expect(narrowedBounds(one, noBounds)).toEqual(one)
    expect(narrowedBounds(noBounds, one)).toEqual(one)
  })

  test('leave of permissions what is within them', () => {
    expect(withinBounds(all, noBounds)).toEqual(all)
    expect(withinBounds(all, none)).toEqual(noPermissions)
    expect(withinBounds(all, { ...noBounds, hosts: ['*.example.org'] }).hosts).toEqual(['api.example.org'])
  })
})

test('a run that asks is offered what is permitted, and what a person may still allow', () => {
  const asks = { permissions: noPermissions, whenNotPermitted: 'ask' as const }
  expect(offeredPermissions(asks, ['docs'])).toEqual({ ...all, hosts: [] })
  expect(offeredPermissions({ ...asks, permissionBounds: none }, ['docs'])).toEqual(noPermissions)
  expect(offeredPermissions({ ...asks, whenNotPermitted: 'refuse' }, ['docs'])).toEqual(noPermissions)
})

test('permissions are within others where nothing is added', () => {
  expect(isWithinPermissions(all, all)).toBe(true)
  expect(isWithinPermissions(all, noPermissions)).toBe(true)
  expect(isWithinPermissions(noPermissions, { ...noPermissions, shell: true })).toBe(false)
  expect(isWithinPermissions(all, { ...all, mcp: ['other'] })).toBe(false)
  expect(isWithinPermissions(all, { ...all, hosts: ['other.example'] })).toBe(false)
})
