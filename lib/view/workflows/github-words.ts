import type { GithubEvent, GithubWait } from '@/lib/core/spec/github'

/** What a trigger waits for at GitHub, as a choice. */
export const githubEventWords: Readonly<Record<GithubEvent, string>> = {
  'issue-labeled': 'A label on an issue',
  'pull-labeled': 'A label on a pull request',
  comment: 'A comment with a command',
}

/** The same of one trigger, as a sentence. */
export function waitSentence({ event, word, repository, answers, handsOver }: GithubWait): string {
  const what = `${githubEventWords[event]}, ${word}, in ${repository}`
  const then = [answers ? 'answers there' : null, handsOver ? 'hands over what it leaves' : null]
  const said = then.filter((one) => one !== null).join(' and ')
  return said === '' ? `${what}.` : `${what}; ${said}.`
}
