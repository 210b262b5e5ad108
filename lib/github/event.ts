import { z } from 'zod'
import type { GithubOccasion, GithubWait } from '@/lib/core/spec/github'
import { plainWords } from './problem'

/** What a delivery is to a trigger: nothing it waits for, something it must not act on, or what it waits for. */
export type Judged =
  | { kind: 'other'; why: string }
  | { kind: 'untrusted'; why: string }
  | { kind: 'wanted'; occasion: GithubOccasion }

const personSchema = z.object({ login: z.string().max(100), type: z.string().nullish() })
const numberedSchema = z.object({ number: z.number().int().positive() })
const sideSchema = z.object({ repo: z.object({ full_name: z.string() }).nullish() })

/** The parts of the events `issues`, `pull_request` and `issue_comment` that matter here. */
const eventSchema = z.object({
  action: z.string(),
  repository: z.object({ full_name: z.string() }),
  sender: personSchema,
  label: z.object({ name: z.string() }).nullish(),
  issue: numberedSchema.extend({ pull_request: z.unknown().optional() }).nullish(),
  pull_request: numberedSchema.extend({ head: sideSchema, base: sideSchema }).nullish(),
  comment: z
    .object({ body: z.string().nullish(), author_association: z.string(), user: personSchema.nullish() })
    .nullish(),
})
type Event = z.output<typeof eventSchema>

/** Who GitHub says may be heard; that they may write as well is asked of it before anything is launched. */
const heard = ['OWNER', 'MEMBER', 'COLLABORATOR']

/** With what Skein's own comments begin, which launch nothing. */
export const ownMark = '<!-- skein-run:'

/**
 * Whether a body that GitHub has signed is what a trigger waits for, and whether whoever caused it may. Bots never
 * may: two that answer each other would not end.
 */
export function judgeEvent(wait: GithubWait, body: unknown): Judged {
  const read = eventSchema.safeParse(body)
  if (!read.success) return other('It tells of no label and no comment.')
  const event = read.data
  if (event.repository.full_name.toLowerCase() !== wait.repository.toLowerCase())
    return other(`It is about ${plainWords(event.repository.full_name)}.`)
  const place = placeOf(wait, event)
  if (typeof place === 'string') return other(place)
  const { login, type } = event.sender
  const name = plainWords(login)
  if (type === 'Bot' || login.endsWith('[bot]') || event.comment?.user?.type === 'Bot')
    return untrusted(`${name} is a bot, and what bots do launches nothing.`)
  if (event.comment != null && !heard.includes(event.comment.author_association))
    return untrusted(`${name} has no write access to ${wait.repository}, so their comment launches nothing.`)
  const pull = event.pull_request
  const isFork =
    pull != null && pull.head.repo?.full_name.toLowerCase() !== pull.base.repo?.full_name.toLowerCase()
  if (isFork) return untrusted(forkSentence(pull.number))
  return { kind: 'wanted', occasion: { ...place, login, source: null, tries: 0, nextAt: null } }
}

/** Why a pull request from a fork launches nothing. */
export function forkSentence(number: number): string {
  return `Pull request #${number} comes from a fork, whose code is not trusted. Look at it, and launch a run on it by hand.`
}

function placeOf(
  { event: wanted, word }: GithubWait,
  event: Event,
): { number: number; isPull: boolean } | string {
  const { action, issue, pull_request: pull, label, comment } = event
  if (wanted === 'comment') {
    if (action !== 'created' || issue == null || comment == null) return 'It is no new comment.'
    const text = comment.body?.trimStart() ?? ''
    const isCommand = text.startsWith(word) && /^(?:\s|$)/.test(text.slice(word.length))
    if (!isCommand || text.includes(ownMark)) return `The comment does not begin with ${word}.`
    return { number: issue.number, isPull: issue.pull_request != null }
  }
  const about = wanted === 'pull-labeled' ? pull : issue
  if (
    action !== 'labeled' ||
    about == null ||
    comment != null ||
    (wanted === 'issue-labeled' && pull != null)
  )
    return `It is no label on ${wanted === 'pull-labeled' ? 'a pull request' : 'an issue'}.`
  if (label?.name.toLowerCase() !== word.toLowerCase()) return `The label is not ${word}.`
  return { number: about.number, isPull: wanted === 'pull-labeled' }
}

function other(why: string): Judged {
  return { kind: 'other', why }
}

function untrusted(why: string): Judged {
  return { kind: 'untrusted', why }
}
