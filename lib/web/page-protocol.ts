import { articleOf, type PageText } from './page-markdown'

/** A page to be read as Markdown. */
export type PageCall = { kind: 'read-page'; html: string; address: string }
export type PageAnswer = { kind: 'page'; page: PageText }

/** Runs in a thread that can be ended. */
export function answerPageCall({ html, address }: PageCall): PageAnswer {
  return { kind: 'page', page: articleOf(html, address) }
}
