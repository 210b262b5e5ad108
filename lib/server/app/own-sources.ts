import { readFile, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { sourceSchema } from '@/lib/api/sources'
import { parseJson } from '@/lib/core/base/json'
import { WorkspaceError } from '@/lib/workspace/workspace-error'
import { sourcesFolder } from '../services/sources-folder'
import type { App } from './app'

/**
 * Whether a folder lies in a source that was added in another project: to this one it is not there. Links are
 * followed: what somebody cloned may hold one that leads to its neighbour.
 */
export async function isSourceOfOthers(
  { env, projects, project }: Pick<App, 'env' | 'projects' | 'project'>,
  path: string,
): Promise<boolean> {
  if (projects.isOnlyDefault) return false
  const real = (one: string) => realpath(one).catch(() => one)
  const place = await real(sourcesFolder(env.dataDir))
  const [id = '..'] = relative(place, await real(path)).split(sep)
  if (id === '..' || id === '') return id === ''
  const text = await readFile(join(place, id, 'source.json'), 'utf8').catch(() => '')
  return sourceSchema.safeParse(parseJson(text)).data?.project !== project
}

/** What is told of such a folder: the same as of one that is nowhere. */
export function noFolder(path: string): WorkspaceError {
  return new WorkspaceError('missing', path)
}
