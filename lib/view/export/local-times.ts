import { escapeHtml } from './escape'

/** A moment in UTC, which `localTimes` completes with the reader's own time. `iso` is an ISO 8601 time. */
export function timeHtml(iso: string): string {
  const words = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
  return `<time datetime="${escapeHtml(iso)}">${escapeHtml(words)}</time>`
}

/**
 * The only script of an exported page: it writes the reader's own time beside each moment, and does nothing
 * else. The policy of the page lets a script with this digest run and no other.
 */
export const localTimes = `for (const one of document.querySelectorAll('time[datetime]')) {
  const at = new Date(one.dateTime)
  if (!Number.isNaN(at.getTime()))
    one.append(' (' + at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' }) + ')')
}`
