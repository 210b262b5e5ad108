import { GitError } from './git'
import type { Repository } from './repository'

/** Constructs that a Perl-compatible engine reads otherwise than JavaScript, or that git's may not have. */
const differs =
  /\\[pPuxckKRXGAzZQEhHNv]|\(\?<|\(\?[a-z-]+[:)]|\\\d|\[\[:|[^\x20-\x7e]|\*\+|\+\+|\?\+|\(\*|\(\?[#|>]/

/** What looking may cost; a pattern that takes longer is left to the threads that can be ended. */
const CPU_SECONDS = 10

/**
 * Paths of a tree whose text may match a pattern, found by git, which reads faster than anybody; null where it
 * cannot be asked: the pattern says something else to it. The pattern itself still decides about lines.
 */
export async function narrow(
  { git }: Repository,
  tree: string,
  pattern: string,
  { caseSensitive, under, signal }: { caseSensitive: boolean; under: string; signal: AbortSignal },
): Promise<string[] | null> {
  const source = pattern.startsWith('(?i)') ? pattern.slice(4) : pattern
  if (differs.test(source)) return null
  const isSensitive = caseSensitive && source === pattern
  const args = ['grep', '-z', '-l', '-I', '--no-color', '--threads=2', '-P', ...(isSensitive ? [] : ['-i'])]
  try {
    const { output } = await git.run([...args, '-e', source, tree, ...(under === '' ? [] : ['--', under])], {
      answers: [1],
      cpuSeconds: CPU_SECONDS,
      signal,
    })
    const prefix = `${tree}:`
    return output
      .toString('utf8')
      .split('\0')
      .filter((line) => line.startsWith(prefix))
      .map((line) => line.slice(prefix.length))
  } catch (error) {
    if (error instanceof GitError) return null
    throw error
  }
}
