import type Anthropic from '@anthropic-ai/sdk'
import { assertNever } from '@/lib/core/base/assert-never'
import { modelRules } from '@/lib/core/money/models'
import type { ServerTool } from '@/lib/core/spec/server-tools'

/**
 * Tools of the API as a model has them; none for a model of which that is not known, since gateways refuse them.
 * The current ones would run code of the model's over what they find, in a container that is kept between
 * turns: they are called by the model alone, so that each result stands in the conversation whole, and each use
 * counts as one.
 */
export function serverToolsOnWire(model: string, tools: readonly ServerTool[]): Anthropic.ToolUnion[] {
  const { serverTools } = modelRules(model)
  switch (serverTools) {
    case 'none':
      return []
    case 'basic':
      return tools.map((tool) =>
        tool.kind === 'web_search'
          ? { type: 'web_search_20250305', name: tool.kind, ...bounds(tool) }
          : { type: 'web_fetch_20250910', name: tool.kind, ...bounds(tool), ...ofPages(tool) },
      )
    case 'current': {
      const allowed_callers: 'direct'[] = ['direct']
      return tools.map((tool) =>
        tool.kind === 'web_search'
          ? { type: 'web_search_20260318', name: tool.kind, allowed_callers, ...bounds(tool) }
          : {
              type: 'web_fetch_20260318',
              name: tool.kind,
              allowed_callers,
              ...bounds(tool),
              ...ofPages(tool),
            },
      )
    }
    default:
      return assertNever(serverTools)
  }
}

function bounds({ maxUses, allowedDomains }: ServerTool) {
  return { max_uses: maxUses, ...(allowedDomains === null ? {} : { allowed_domains: allowedDomains }) }
}

function ofPages({ maxContentTokens, citations }: Extract<ServerTool, { kind: 'web_fetch' }>) {
  return { max_content_tokens: maxContentTokens, citations: { enabled: citations } }
}
