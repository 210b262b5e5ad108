import type { Json, JsonObject } from '@/lib/core/base/json'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { withoutDirective } from '../directive'
import { countTokens, cutToTokens } from '../rules/tokens'
import type { Directive } from '../settings'
import { arrayOf, objectOf, stringOf } from '../wire/json'
import type { ReplyBlock } from '../wire/reply'
import { blocksOf, type MessageRequest, textIn } from '../wire/request'
import { type SimulatedPage, searchWeb, simulatedWeb } from './corpus'
import { type OfferedServerTool, serverToolsIn } from './server-tools'

type NewId = (prefix: string) => string

/**
 * What the simulated model looks up before it answers, with what came of it: what its directive says, or else
 * one search for its task and the first address that stands in it, once a conversation. Everything comes from
 * the small web of this simulator, and says so.
 */
export function lookUps(request: MessageRequest, directive: Directive, newId: NewId): ReplyBlock[] {
  const tools = serverToolsIn(request)
  const asked = directive.webLookUps ?? (isScripted(directive) ? [] : usualLookUps(request, tools))
  const uses = new Map<string, number>()
  return asked.flatMap((lookUp): ReplyBlock[] => {
    const name = 'search' in lookUp ? 'web_search' : 'web_fetch'
    const tool = tools.find((offered) => offered.name === name)
    if (tool === undefined) return []
    const use = (uses.get(name) ?? 0) + 1
    uses.set(name, use)
    const isTooOften = use > tool.maxUses
    return 'search' in lookUp
      ? served(newId('srvtoolu'), name, { query: lookUp.search }, search(tool, lookUp.search, isTooOften))
      : served(
          newId('srvtoolu'),
          name,
          { url: lookUp.fetch },
          fetchPage(tool, lookUp.fetch, request, isTooOften),
        )
  })
}

type Result = { content: Json; inputTokens: number; isBilled: boolean }

function served(
  id: string,
  name: 'web_search' | 'web_fetch',
  input: JsonObject,
  result: Result,
): ReplyBlock[] {
  const { content, inputTokens, isBilled } = result
  const body = { type: `${name}_tool_result`, tool_use_id: id, content, caller: { type: 'direct' } }
  return [
    { type: 'server_tool_use', id, name, input },
    { type: 'server_result', name, body, tokens: 0, inputTokens, isBilled },
  ]
}

function search(tool: OfferedServerTool, query: string, isTooOften: boolean): Result {
  if (isTooOften) return failed('web_search_tool_result_error', 'max_uses_exceeded')
  const pages = searchWeb(query, tool.isAllowed)
  const content = pages.map(({ url, title, text }) => ({
    type: 'web_search_result',
    url,
    title,
    page_age: null,
    encrypted_content: Buffer.from(text).toString('base64'),
  }))
  const inputTokens = pages.reduce((sum, { title, text }) => sum + countTokens(`${title} ${text}`), 0)
  return { content, inputTokens, isBilled: true }
}

function fetchPage(
  tool: OfferedServerTool,
  url: string,
  request: MessageRequest,
  isTooOften: boolean,
): Result {
  const refused = (code: string) => failed('web_fetch_tool_result_error', code)
  if (isTooOften) return refused('max_uses_exceeded')
  if (parseUrl(url) === null) return refused('invalid_tool_input')
  if (!tool.isAllowed(url) || !isMentioned(request, url)) return refused('url_not_allowed')
  const page = simulatedWeb.find((one) => one.url === url)
  if (page === undefined) return refused('url_not_accessible')
  const data = cutToTokens(page.text, tool.maxContentTokens, 'current')
  return {
    content: { type: 'web_fetch_result', url, retrieved_at: null, content: documentOf(page, data, tool) },
    inputTokens: countTokens(data),
    isBilled: true,
  }
}

function documentOf({ title }: SimulatedPage, data: string, { citations }: OfferedServerTool): JsonObject {
  const source = { type: 'text', media_type: 'text/plain', data }
  return { type: 'document', title, source, citations: { enabled: citations } }
}

function failed(type: string, code: string): Result {
  return { content: { type, error_code: code }, inputTokens: 0, isBilled: false }
}

/** The API fetches only what stands in the conversation: said by the user, or found before. */
function isMentioned(request: MessageRequest, url: string): boolean {
  return request.messages.some((message) =>
    blocksOf(message).some((block) =>
      block.type === 'web_search_tool_result'
        ? arrayOf(block.content).some((result) => objectOf(result).url === url)
        : message.role === 'user' && saidIn(block).includes(url),
    ),
  )
}

function saidIn(block: JsonObject): string {
  return withoutDirective(textIn(block.type === 'tool_result' ? block.content : block))
}

function isScripted({ text, tokens, toolCalls }: Directive): boolean {
  return text !== undefined || tokens !== undefined || toolCalls !== undefined
}

function usualLookUps(
  request: MessageRequest,
  tools: readonly OfferedServerTool[],
): NonNullable<Directive['webLookUps']> {
  const hasLooked = request.messages.some((message) =>
    blocksOf(message).some(({ type }) => type === 'server_tool_use'),
  )
  if (hasLooked || tools.length === 0) return []
  const [task = ''] = request.messages
    .filter(({ role }) => role === 'user')
    .map((message) => textIn(blocksOf(message).filter(({ type }) => type === 'text')))
  const [address] = task.match(/https?:\/\/[^\s"'<>)\]]+/) ?? []
  const query = stringOf(
    task
      .match(/\p{L}{4,}/gu)
      ?.slice(0, MOST_QUERY_WORDS)
      .join(' '),
  )
  return [
    ...(query === '' ? [] : [{ search: query }]),
    ...(address === undefined ? [] : [{ fetch: address }]),
  ]
}

const MOST_QUERY_WORDS = 8
