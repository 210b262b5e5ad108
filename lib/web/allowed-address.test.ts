import { expect, test } from 'vitest'
import { checkAddress, checkResolved, type Reach } from './allowed-address'
import { isPublicAddress } from './public-address'

const everywhere: Reach = { allowedHosts: null, allowedEndpoints: [] }

/** What is said of an address before anything is sent to it; null when it is fetched. */
function refusal(text: string, reach: Reach = everywhere, resolved?: string[]): string | null {
  const checked = checkAddress(text, reach)
  if (!checked.ok) return checked.problem
  const host = checked.value.hostname.replace(/^\[|\]$/g, '')
  const pinned = checkResolved(checked.value, resolved ?? [host], reach)
  return pinned.ok ? null : pinned.problem
}

test.each([
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://0x7f.1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.64.0.1/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://240.0.0.1/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[0:0:0:0:0:ffff:10.0.0.1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001::1]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[fd00::1]/',
  'http://[fc00::1]/',
  'http://[ff02::1]/',
  'http://[4000::1]/',
  'http://１２７.０.０.１/',
])('%s is not on the public internet, however it is written', (address) => {
  expect(refusal(address)).toContain('is not on the public internet')
})

test.each([
  ['http://user:pass@example.org/', 'password'],
  ['http://user@example.org/', 'password'],
  ['http://localhost/', 'inside a network'],
  ['http://LOCALHOST./', 'inside a network'],
  ['http://a.localhost/', 'inside a network'],
  ['http://printer.local/', 'inside a network'],
  ['http://metadata.google.internal/', 'inside a network'],
  ['http://example.org:8080/', 'Port 8080'],
  ['http://example.org:22/', 'Port 22'],
  ['ftp://example.org/', 'http://'],
  ['file:///etc/passwd', 'http://'],
  ['javascript:alert(1)', 'http://'],
  ['data:text/html,x', 'http://'],
  ['http://[fe80::1%25eth0]/', 'no address'],
  ['http://', 'no address'],
  ['nothing', 'no address'],
  [`http://example.org/${'a'.repeat(2_000)}`, 'longer than'],
])('%s is refused before it is resolved', (address, words) => {
  expect(refusal(address, everywhere, ['93.184.216.34'])).toContain(words)
})

test('a page of the public internet is fetched, without its fragment and with its name as it is resolved', () => {
  for (const address of ['https://example.org/a?b#c', 'http://example.org:80/', 'https://example.org:443/'])
    expect(refusal(address, everywhere, ['93.184.216.34', '2606:2800:220:1::1'])).toBeNull()
  const checked = checkAddress('https://exämple.org/ä?b#part', everywhere)
  expect(checked).toMatchObject({ ok: true, value: { href: 'https://xn--exmple-cua.org/%C3%A4?b' } })
  // A Cyrillic letter that looks like a Latin one cannot pass for it.
  expect(checkAddress('https://еxample.org/', everywhere)).toMatchObject({
    value: { host: 'xn--xample-2of.org' },
  })
})

test('a name is refused when any of its addresses is near by, and when it has none', () => {
  expect(refusal('https://example.org/', everywhere, ['93.184.216.34', '10.0.0.1'])).toContain('10.0.0.1')
  expect(refusal('https://example.org/', everywhere, [])).toContain('not known')
  expect(refusal('https://example.org/', everywhere, ['no address'])).toContain('not on the public internet')
})

test('only allowed hosts and those below them are fetched, and a name that ends like one is not', () => {
  const reach: Reach = { allowedHosts: ['example.org', '*.example.net'], allowedEndpoints: [] }
  const there = ['93.184.216.34']
  for (const host of ['example.org', 'www.example.org', 'EXAMPLE.org.', 'a.example.net'])
    expect(refusal(`https://${host}/`, reach, there), host).toBeNull()
  for (const host of ['notexample.org', 'example.org.evil.test', 'example.com'])
    expect(refusal(`https://${host}/`, reach, there), host).toContain('not among the hosts')
})

test('an exception is for one address and port, and for nothing beside it', () => {
  const reach: Reach = { allowedHosts: null, allowedEndpoints: ['10.0.0.7:8080', '[fd00::7]:80'] }
  expect(refusal('http://wiki.example:8080/', reach, ['10.0.0.7'])).toBeNull()
  expect(refusal('http://wiki.example/', reach, ['fd00::7'])).toBeNull()
  expect(refusal('http://wiki.example:8080/', reach, ['10.0.0.8'])).toContain('10.0.0.8')
  expect(refusal('http://wiki.example/', reach, ['10.0.0.7'])).toContain('10.0.0.7')
  expect(refusal('http://wiki.example:8080/', reach, ['93.184.216.34'])).toContain('Port 8080')
})

test('what is no address is not public', () => {
  for (const text of ['', 'example.org', '1.2.3', '999.1.1.1']) expect(isPublicAddress(text)).toBe(false)
  expect(isPublicAddress('8.8.8.8')).toBe(true)
})
