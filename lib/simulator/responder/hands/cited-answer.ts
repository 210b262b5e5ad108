import { parseJson } from '@/lib/core/base/json'
import { isObject, stringOf } from '../../wire/json'
import type { Worker } from './worker'

/** Writes an answer from claims that are given line by line: each said once, with the id that it rests on. */
export const citedAnswer: Worker = ({ task, schema }) => {
  if (schema !== null || !/\bcite\b/i.test(task)) return null
  const claims = task.split('\n').flatMap((line) => {
    const value = line.startsWith('{') ? parseJson(line) : undefined
    return isObject(value) && stringOf(value.id) !== '' && stringOf(value.claim) !== '' ? [value] : []
  })
  if (claims.length === 0) return null
  const sentences = claims.map(({ id, claim, verdict }) => {
    const said = stringOf(claim).replace(/\s+/g, ' ').trim()
    return `${verdict === 'unverified' ? `*Unverified:* ${said}` : said} [${stringOf(id)}]`
  })
  return { kind: 'done', text: sentences.join(' '), told: {}, gaps: [] }
}
