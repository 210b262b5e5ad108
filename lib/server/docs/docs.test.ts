import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { headingId, headingsOf, openingOf } from '@/lib/view/docs/doc-text'
import { dialectWords } from '@/lib/view/workflows/dialect-help'
import { docSlugs, listDocs, readDoc } from './read-docs'

const root = process.cwd()

test('every file of docs is a page, and every page opens with a title and what it is about', () => {
  const files = readdirSync(join(root, 'docs')).map((name) => name.replace(/\.md$/, ''))
  expect(files.sort()).toEqual([...docSlugs].sort())
  for (const { slug, title, about } of listDocs()) {
    expect(title, slug).not.toBe('')
    expect(about.length, slug).toBeGreaterThan(40)
    expect(about, slug).not.toMatch(/^[|#]|\]\(/)
  }
})

test('every link between pages, and from the README to them, leads to a page and a heading that are there', () => {
  const texts = new Map(docSlugs.map((slug) => [`docs/${slug}.md`, readDoc(slug)]))
  const found = [...texts, ['README.md', readFileSync(join(root, 'README.md'), 'utf8')] as const].flatMap(
    ([path, text]) =>
      [...text.matchAll(/\]\((?:docs\/)?([a-z-]+\.md)?(#[^)]+)?\)/g)].map(([, file, anchor]) => ({
        path,
        to: file === undefined ? path : `docs/${file}`,
        anchor,
      })),
  )
  expect(found.length).toBeGreaterThan(20)
  for (const { path, to, anchor } of found) {
    const text = texts.get(to)
    expect(text, `${path} links to ${to}`).toBeDefined()
    const ids = [...(text ?? '').matchAll(/^##+ (.+)$/gm)].map(([, title = '']) => headingId(title))
    if (anchor !== undefined) expect(ids, `${path} links to ${to}${anchor}`).toContain(anchor.slice(1))
  }
})

test('the docs name every setting, every workflow that ships and every word of the dialect', () => {
  const settings = readFileSync(join(root, 'lib/server/services/env.ts'), 'utf8').matchAll(
    /\b(SKEIN_[A-Z_]+[A-Z])\b/g,
  )
  const told = readDoc('configuration').replaceAll('`…_', '`SKEIN_OIDC_')
  for (const [, name = ''] of settings) expect(told, name).toContain(name)
  for (const file of readdirSync(join(root, 'lib/workflows')).filter((name) => name.endsWith('.js')))
    expect(readDoc('workflows')).toContain(`\n## ${file.replace('.js', '')}\n`)
  for (const { name } of dialectWords) expect(readDoc('dialect'), name).toContain(name)
})

test('a page is divided by its headings, whose anchors are those of GitHub; code is no heading', () => {
  const text =
    '# Title of `it`\n\nAbout [this](a.md) and\n*that*.\n\n## What `agent()` gives: all\n\n```sh\n## no\n```\n\n### below'
  expect(openingOf(text)).toEqual({ title: 'Title of it', about: 'About this and that.' })
  expect(headingsOf(text)).toEqual([{ id: 'what-agent-gives-all', title: 'What agent() gives: all' }])
})
