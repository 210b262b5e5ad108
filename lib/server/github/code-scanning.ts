import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { z } from 'zod'
import { isNamed } from '@/lib/core/base/named-error'
import { sizeWords } from '@/lib/core/base/size-words'
import { webUrlOf } from '@/lib/github/addresses'
import type { GithubProblem } from '@/lib/github/problem'
import { exportRun } from '@/lib/server/runs/export/export-run'
import { commitOf } from './check'
import { defaultBranchOf } from './pull-request'
import { askAbout, type HandedOver, type Work } from './work'

/** Largest SARIF that GitHub takes once it is packed. */
const MOST_PACKED_BYTES = 10_000_000

const uploadedSchema = z.object({ id: z.string() })
const pack = promisify(gzip)

/**
 * Uploads the findings of a run to code scanning. A repository without it leaves them out, with a sentence; sending
 * them twice replaces them.
 */
export async function uploadFindings(work: Work): Promise<HandedOver> {
  const { app, state, target, others, apiUrl } = work
  const text = await (await exportRun(app, state.run.id, { format: 'sarif', prompts: 'redacted' })).text()
  const packed = await pack(text)
  if (packed.length > MOST_PACKED_BYTES)
    return leftOut(
      `The findings have ${sizeWords(packed.length)}, and GitHub takes ${sizeWords(MOST_PACKED_BYTES)}.`,
    )
  const branch = others.get('branch')?.made.branch ?? target.branch ?? (await defaultBranchOf(work))
  const url = `${webUrlOf(apiUrl)}/${target.repository}/security/code-scanning`
  try {
    await askAbout(work, {
      route: 'POST /repos/{owner}/{repo}/code-scanning/sarifs',
      params: {
        commit_sha: commitOf(work),
        ref: `refs/heads/${branch}`,
        sarif: packed.toString('base64'),
        tool_name: 'Skein',
      },
      what: `findings for code scanning in ${target.repository}`,
      schema: uploadedSchema,
    })
    const pull = others.get('pull-request')?.made.id ?? (target.isPull ? target.number : null)
    const query = pull === null || pull === undefined ? `branch:${branch}` : `pr:${pull}`
    return { status: 'done', detail: null, url: `${url}?query=${encodeURIComponent(query)}`, made: {} }
  } catch (error) {
    if (!isNamed<GithubProblem>(error, 'GithubProblem')) throw error
    if (isOff(error))
      return leftOut(
        `Code scanning is off in ${target.repository}. Turn it on there under Settings, Code security (a private repository needs GitHub Advanced Security), then try again.`,
      )
    throw error
  }
}

/** Says of it that it is off; of a right that is missing it says something else with the same status. */
function isOff({ status, message }: GithubProblem): boolean {
  return (
    status === 403 &&
    /code scanning is not enabled|advanced security must be enabled|code security must be enabled/i.test(
      message,
    )
  )
}

function leftOut(detail: string): HandedOver {
  return { status: 'left-out', detail, url: null, made: {} }
}
