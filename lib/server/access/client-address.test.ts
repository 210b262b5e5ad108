import { expect, test } from 'vitest'
import { clientOf } from './client-address'

test('a client is known by its address, or by what a proxy on this machine says', () => {
  expect(clientOf('192.0.2.7', '203.0.113.9')).toBe('192.0.2.7')
  expect(clientOf('127.0.0.1', '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9')
  expect(clientOf('::1', 'nonsense <script>')).toBe('0:0:0:0::/64')
  expect(clientOf('::ffff:192.0.2.7', undefined)).toBe('192.0.2.7')
  expect(clientOf('2001:db8:1:2:aaaa::1', undefined)).toBe(clientOf('2001:db8:1:2:bbbb::9', undefined))
  expect(clientOf('2001:db8:1:3::1', undefined)).not.toBe(clientOf('2001:db8:1:2::1', undefined))
  expect(clientOf(undefined, undefined)).toBe('unknown')
})

test('proxies that are named are believed, hop by hop, and nobody else', () => {
  const trusted = ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']
  expect(clientOf('10.1.2.3', '203.0.113.9, 10.9.9.9', trusted)).toBe('203.0.113.9')
  expect(clientOf('192.0.2.1', '198.51.100.1, 203.0.113.9', trusted)).toBe('203.0.113.9')
  expect(clientOf('2001:db8::1', '203.0.113.9', trusted)).toBe('203.0.113.9')
  expect(clientOf('192.0.2.2', '203.0.113.9', trusted)).toBe('192.0.2.2')
  expect(clientOf('203.0.113.9', '127.0.0.1', trusted)).toBe('203.0.113.9')
  expect(clientOf('10.1.2.3', 'nonsense', trusted)).toBe('10.1.2.3')
})
