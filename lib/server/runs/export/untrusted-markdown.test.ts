import { expect, test } from 'vitest'
import { untrustedMarkdownHtml } from './untrusted-markdown'

test('a report is read as in the pages: headings, lists, tables, code, links', () => {
  const html = untrustedMarkdownHtml(
    '# Audit\n\n40 **modules**, [the list](https://example.com/a?b=1&c=2).\n\n- [x] done\n- [ ] open\n\n| file | line |\n|---|---|\n| a.ts | 7 |\n\n```js\nconst a = 1 < 2\n```\n',
  )
  expect(html).toContain('<h1 dir="auto">Audit</h1>')
  expect(html).toContain('40 <strong>modules</strong>')
  expect(html).toContain(
    '<a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">the list</a>',
  )
  expect(html).toContain('☑ done')
  expect(html).toContain('☐ open')
  expect(html).toContain('<td dir="auto">a.ts</td>')
  expect(html).toContain('<pre dir="auto" tabindex="0"><code>const a = 1 &lt; 2\n</code></pre>')
})

test('nothing in a report can run, load, or lead anywhere but to the web', () => {
  const html = untrustedMarkdownHtml(
    [
      '<script>alert(1)</script> </style> <img src=x onerror=alert(2)>',
      '[a](javascript:alert(3)) [b](data:text/html,x) [c](//evil.example) [d](file:///etc/passwd) <JaVaScRiPt:alert(4)>',
      '![pixel](https://evil.example/x.png)',
      '[e](https://ok.example "title\\" onmouseover=\\"alert(5)")',
      '<a id="a1" href="https://ok.example">raw</a>[^1]',
      '\u202egpj.exe',
      '[^1]: note with [f](javascript:alert(6))',
    ].join('\n\n'),
  )
  expect(html).not.toMatch(/<script|<\/style|<img|src=|onerror|onmouseover|data:|file:| id=/i)
  expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual(['https://ok.example'])
  expect(html).toContain('[image: pixel]')
  expect(html).toContain('[U+202E]gpj.exe')
})

test('a text that is slow to read as Markdown stands as it is', () => {
  const slow = `# x\n\n${'*a_[`'.repeat(1_600)}<b>`
  expect(untrustedMarkdownHtml(slow)).toBe(`<pre dir="auto">${slow.replace('<b>', '&lt;b&gt;')}</pre>`)
})
