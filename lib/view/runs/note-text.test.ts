import { expect, test } from 'vitest'
import { noteParts } from './note-text'

const links = (text: string) => noteParts(text).flatMap((part) => (part.kind === 'link' ? [part.href] : []))

test('addresses of the web are links, without what ends the sentence around them', () => {
  expect(links('See https://a.example/x?y=1#z, and (http://b.example/w_(1)).')).toEqual([
    'https://a.example/x?y=1#z',
    'http://b.example/w_(1)',
  ])
})

test('nothing else is a link: other schemes, a name before the host, half an address', () => {
  const text =
    'javascript:alert(1) data:text/html,x file:///etc/passwd https://bank.example@evil.example http:// mailto:a@b.c'
  expect(noteParts(text)).toEqual([{ kind: 'words', text }])
})

test.each([
  '',
  'plain',
  'https://a.example',
  'a https://a.example.\n\nhttps://b.example) https://u:p@c.example end',
])('the parts of %j are the whole of it', (text) => {
  expect(
    noteParts(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text)
})
