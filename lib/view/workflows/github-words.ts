import { type GithubEvent, type GithubWait, githubWaitSchema } from '@/lib/core/spec/github'

/** What a trigger waits for at GitHub, as a choice. */
export const githubEventWords: Readonly<Record<GithubEvent, string>> = {
  'issue-labeled': 'A label on an issue',
  'pull-labeled': 'A label on a pull request',
  comment: 'A comment with a command',
}

/** What is wrong with what was typed so far; null for nothing, and while a field is empty. */
export function waitProblem(wait: GithubWait): string | null {
  if (wait.repository.trim() === '' || wait.word.trim() === '') return null
  const issue = githubWaitSchema.safeParse(wait).error?.issues[0]
  if (issue === undefined) return null
  const labels = new Map([
    ['repository', 'The repository'],
    ['word', wait.event === 'comment' ? 'The command' : 'The label'],
  ])
  return `${labels.get(String(issue.path[0])) ?? 'It'} ${issue.message}.`
}

/** The same of one trigger, as a sentence. */
export function waitSentence({ event, word, repository, answers, handsOver }: GithubWait): string {
  const what = `${githubEventWords[event]}, ${word}, in ${repository}`
  const then = [answers ? 'answers there' : null, handsOver ? 'hands over what it leaves' : null]
  const said = then.filter((one) => one !== null).join(' and ')
  return said === '' ? `${what}.` : `${what}; ${said}.`
}
