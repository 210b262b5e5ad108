import { cutText } from '@/lib/core/base/cut-text'
import { isNamed } from '@/lib/core/base/named-error'
import type { Git, GitError } from './git'

/** A repository over HTTP, with what is said to be let in: the value of its `Authorization` header. */
export type Remote = { url: string; authorization: string }

/** What became of pushing: `taken` where a branch of the name is there already. */
export type Pushed = { kind: 'pushed' } | { kind: 'taken' } | { kind: 'refused'; why: string }

/**
 * What lets one git command in at a remote, and at no other host. It goes by the environment, which only processes
 * of the same user can read: not by an argument, which all see, by an address or by a file, which stay.
 */
export function remoteEnvironment({ url, authorization }: Remote): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
    // Nobody is asked, and nothing is remembered.
    GIT_CONFIG_KEY_1: 'credential.helper',
    GIT_CONFIG_VALUE_1: '',
  }
}

/** The commit of a branch at a remote; null where there is no such branch. Rejects with what git said. */
export async function branchAt(
  git: Git,
  remote: Remote,
  branch: string,
  signal: AbortSignal,
): Promise<string | null> {
  const ref = `refs/heads/${branch}`
  const said = await git.text([...over(remote), 'ls-remote', '--', remote.url, ref], {
    environment: remoteEnvironment(remote),
    signal,
  })
  const line = said.split('\n').find((one) => one.endsWith(`\t${ref}`))
  return line?.split('\t')[0] ?? null
}

/**
 * Pushes a commit as a branch that is not there yet. A branch of that name is never moved, forwards neither: whether
 * it is there is decided by the remote, in the push itself.
 */
export async function pushNewBranch(
  git: Git,
  remote: Remote,
  { commit, branch }: { commit: string; branch: string },
  signal: AbortSignal,
): Promise<Pushed> {
  const ref = `refs/heads/${branch}`
  const args = ['push', '--porcelain', '--no-verify', `--force-with-lease=${ref}:`]
  try {
    const { code, output } = await git.run([...over(remote), ...args, '--', remote.url, `${commit}:${ref}`], {
      environment: remoteEnvironment(remote),
      answers: [1],
      signal,
    })
    if (code === 0) return { kind: 'pushed' }
    const line = output
      .toString('utf8')
      .split('\n')
      .find((one) => one.startsWith('!'))
    if (line?.includes('(stale info)') === true || line?.includes('(already exists)') === true)
      return { kind: 'taken' }
    return { kind: 'refused', why: cutText(line?.split('\t').at(-1) ?? 'git did not say why', 300) }
  } catch (error) {
    if (!isNamed<GitError>(error, 'GitError')) throw error
    return { kind: 'refused', why: error.message }
  }
}

/** Lets one command speak the protocol of a remote, which others never do, and follow it nowhere else. */
function over({ url }: Remote): string[] {
  const protocol = new URL(url).protocol.replace(':', '')
  return ['-c', `protocol.${protocol}.allow=always`, '-c', 'http.followRedirects=false']
}
