import { structuredPatch } from 'diff'
import type { z } from 'zod'
import type { DiffLine, WorkflowDiff, workflowDiffQuerySchema } from '@/lib/api/workflows'
import type { WorkflowVersion } from '@/lib/core/workflow-store'
import { workflowName } from '@/lib/script/parse'
import type { App } from '@/lib/server/app'
import { Refusal } from '@/lib/server/problem'
import { noWorkflow } from './library'

/** Longest a comparison may take; two large sources with nothing in common are told as one replaced by the other. */
const LONGEST_MS = 300

/** What changed between two versions, line by line. */
export async function compareVersions(
  app: App,
  name: string,
  query: z.infer<typeof workflowDiffQuerySchema>,
): Promise<WorkflowDiff> {
  const saved = await app.store.workflows.findSaved(workflowName(name))
  if (saved === null) throw await noWorkflow(app, name)
  const version = async (wanted: number): Promise<WorkflowVersion> => {
    const found = await app.store.workflows.version(saved.id, wanted)
    if (found === null)
      throw new Refusal('not-found', `${name} has no version ${wanted}. Its newest is ${saved.latest.version}.`)
    return found
  }
  const [{ source: before, ...from }, { source: after, ...to }] = [await version(query.from), await version(query.to)]
  const hunks = hunksOf(before, after)
  const count = (kind: DiffLine['kind']) => hunks.flat().filter((line) => line.kind === kind).length
  return { from, to, added: count('added'), removed: count('removed'), hunks }
}

/** Changed lines with three around them, in groups. */
export function hunksOf(before: string, after: string): DiffLine[][] {
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: 3, timeout: LONGEST_MS })
  if (patch === undefined) return [replaced(before, after)]
  return patch.hunks.map((hunk) => numbered(hunk.lines, hunk.oldStart, hunk.newStart))
}

function numbered(lines: readonly string[], oldStart: number, newStart: number): DiffLine[] {
  let [from, to] = [oldStart, newStart]
  return lines.flatMap((line): DiffLine[] => {
    const text = line.slice(1)
    switch (line[0]) {
      case '+':
        return [{ kind: 'added', from: null, to: to++, text }]
      case '-':
        return [{ kind: 'removed', from: from++, to: null, text }]
      case ' ':
        return [{ kind: 'same', from: from++, to: to++, text }]
      default:
        // "\ No newline at end of file" is about the line before, and no line itself.
        return []
    }
  })
}

function replaced(before: string, after: string): DiffLine[] {
  return [
    ...before.split('\n').map((text, at): DiffLine => ({ kind: 'removed', from: at + 1, to: null, text })),
    ...after.split('\n').map((text, at): DiffLine => ({ kind: 'added', from: null, to: at + 1, text })),
  ]
}
