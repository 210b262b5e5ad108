import robotsParser from 'robots-parser'
import { articleOf, type PageText } from './page-markdown'

/** What is asked of the thread in which pages are read. */
export type PageCall =
  | { kind: 'read-page'; html: string; address: string }
  /** May this agent fetch the address, by what the host says to robots? */
  | { kind: 'ask-robots'; robots: string; address: string; userAgent: string }

export type PageAnswer = { kind: 'page'; page: PageText } | { kind: 'robots'; isAllowed: boolean }

/** Runs in a thread that can be ended: pages and rules are hostile, and their readers slow. */
export function answerPageCall(call: PageCall): PageAnswer {
  if (call.kind === 'read-page') return { kind: 'page', page: articleOf(call.html, call.address) }
  const rules = robotsParser(new URL('/robots.txt', call.address).href, call.robots)
  return { kind: 'robots', isAllowed: rules.isAllowed(call.address, call.userAgent) !== false }
}
