import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Digests of the scripts and styles in the pages of a build, in the form a policy names them in. */
export type BuiltHashes = { scriptHashes: string[]; styleHashes: string[] }

/** Reads every page that `next build` has made into `folder`. */
export function readBuiltHashes(folder: string): BuiltHashes {
  const scripts = new Set<string>()
  const styles = new Set<string>()
  for (const page of pagesIn(join(folder, 'server', 'app'))) {
    const html = readFileSync(page, 'utf8')
    for (const text of inline(html, 'script')) scripts.add(hashOf(text))
    for (const text of inline(html, 'style')) styles.add(hashOf(text))
  }
  return { scriptHashes: [...scripts].sort(), styleHashes: [...styles].sort() }
}

function pagesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Texts of the elements of one kind that load nothing from elsewhere. */
export function inline(html: string, tag: 'script' | 'style'): string[] {
  const elements = html.matchAll(new RegExp(`<${tag}(\\s[^>]*)?>([\\s\\S]*?)</${tag}>`, 'g'))
  return [...elements].flatMap(([, attributes = '', text = '']) => (/\ssrc=/.test(attributes) ? [] : [text]))
}

/** As a browser reckons it over the text between the tags. */
export function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`
}
