import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import { isNamed } from '@/lib/core/base/named-error'
import { sentenceOf, type Visit } from './tool'
import { uriOf } from './tool-results'
import type { EndpointRefusal } from './verb'

/** Most characters of a resource: more is fetched from the API, as a file. */
const LONGEST_RESOURCE = 4_000_000

/** How many of the newest runs are listed with their results. */
const LISTED = 25

/** Offers results and changes of runs as resources, read through the same endpoints as everything else. */
export function offerResources(server: McpServer, visit: Visit): void {
  const { verbs, from } = visit
  server.registerResource(
    'result',
    new ResourceTemplate('skein://runs/{id}/result', { list: () => listed(visit) }),
    { title: 'Result of a run', description: 'What a run returned, whole: JSON, or the text it returned.' },
    (uri, { id }) =>
      reading(uri, async () => {
        const { result } = await verbs.getRunResult(from, { params: { id: String(id) } })
        return typeof result === 'string'
          ? { mimeType: 'text/plain', text: result }
          : { mimeType: 'application/json', text: JSON.stringify(result, null, 2) }
      }),
  )
  server.registerResource(
    'changes',
    new ResourceTemplate('skein://runs/{id}/changes', { list: undefined }),
    { title: 'Changes of a run', description: 'What its agents changed, as a patch that `git apply` takes.' },
    (uri, { id }) =>
      reading(uri, async () => ({
        mimeType: 'text/x-patch',
        text: await verbs.getPatch(from, { params: { id: String(id) } }),
      })),
  )
}

async function listed({ verbs, from }: Visit) {
  try {
    const query = { status: 'completed,completed-with-failures,stopped-at-limit', limit: LISTED }
    const { runs } = await verbs.listRuns(from, { query })
    return {
      resources: runs.map(({ id, title }) => ({ uri: uriOf(id, 'result'), name: `${title} (${id})` })),
    }
  } catch (error) {
    // Who may not list runs is still told of those it knows by their ids.
    if (isNamed<EndpointRefusal>(error, 'EndpointRefusal')) return { resources: [] }
    throw new ProtocolError(ProtocolErrorCode.InternalError, sentenceOf(error))
  }
}

async function reading(uri: URL, read: () => Promise<{ mimeType: string; text: string }>) {
  let content: { mimeType: string; text: string }
  try {
    content = await read()
  } catch (error) {
    if (isNamed<EndpointRefusal>(error, 'EndpointRefusal') && error.status === 404)
      throw new ResourceNotFoundError(uri.href, error.message)
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, sentenceOf(error))
  }
  if (content.text.length > LONGEST_RESOURCE)
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `It has ${content.text.length.toLocaleString('en')} characters, too many for a resource. Fetch it from the API: GET /api/runs/{id}/result or /patch.`,
    )
  return { contents: [{ uri: uri.href, ...content }] }
}
