import type { FailureKind } from '@/lib/core/agent/failure'
import { shortenText } from '@/lib/core/base/cut-text'

/** Takes secrets out of a text that came from outside. */
export type Redact = (text: string) => string

/** What a sentence is made of. `code` is ` (429)` or empty, `said` is `: the API's own word` or empty. */
type Parts = { model: string; host: string; code: string; said: string }

/** What happened and what to do, for the kinds that a person can do something about. */
const sentences: Partial<Record<FailureKind, (parts: Parts) => string>> = {
  authentication: ({ host, code }) =>
    `${host} refused the API key${code}. Set a valid ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, restart Skein and resume the run.`,
  permission: ({ model, code, said }) =>
    `The API key may not use ${model}${code}${said}. Give the key access, or choose another model, then resume the run.`,
  billing: ({ code }) =>
    `The account cannot pay for this request${code}. Add credit or fix the payment method in the Anthropic console, then resume the run.`,
  'spend-limit': ({ code }) =>
    `The account's spending limit is reached${code}. Raise it in the Anthropic console or wait for its reset, then resume the run.`,
  'model-not-found': ({ model, host, code, said }) =>
    `${host} does not know ${model}${code}${said}. Choose another model, or check ANTHROPIC_BASE_URL if every model is unknown.`,
  'too-large': ({ model, code, said }) =>
    `The request to ${model} is larger than the API takes${code}${said}. Give the agent less text.`,
  'context-window': ({ model, code, said }) =>
    `The conversation no longer fits the context window of ${model}${code}${said}. Give the agent less to read, or split its work.`,
  'invalid-request': ({ model, code, said }) =>
    `The API refused the request to ${model}${code}${said}. Change the prompt, the schema or the model and start the agent again.`,
  'rate-limit': ({ model, code }) =>
    `The rate limit for ${model} is reached${code}. The agent waits and retries; a lower concurrency avoids this.`,
  overloaded: ({ code }) => `The API is overloaded${code}. The agent waits and retries.`,
  timeout: ({ model, code }) =>
    `The API gave up on the request to ${model} for taking too long${code}. The agent retries.`,
  'server-error': ({ model, code, said }) =>
    `The API failed to answer for ${model}${code}${said}. The agent retries; see status.claude.com if this continues.`,
  unreachable: ({ host, said }) =>
    `Nothing answers at ${host}${said}. Check the network and ANTHROPIC_BASE_URL, then resume the run.`,
  connection: ({ host, said }) => `The connection to ${host} broke${said}. The agent retries.`,
}

/**
 * What a person reads about a failed request: what happened, to whom, and what to do. `detail` is the API's
 * own word or a network code; only kinds where it helps show it, cut short and without secrets.
 */
export function sentenceFor(
  kind: FailureKind,
  asked: { model: string; host: string; redact: Redact },
  detail: string | null,
  status: number | null,
): string {
  const { model, host } = asked
  const code = status === null ? '' : ` (${status})`
  const said = quoted(detail, asked.redact)
  return sentences[kind]?.({ model, host, code, said }) ?? `The request to ${model} failed${code}${said}.`
}

/** At most this much of untrusted words; error bodies can be whole web pages. */
const QUOTE_CHARACTERS = 300

function quoted(detail: string | null, redact: Redact): string {
  if (detail === null) return ''
  const line = redact(detail).replace(/\s+/g, ' ').trim().replace(/\.$/, '')
  if (line === '') return ''
  return `: ${shortenText(line, QUOTE_CHARACTERS + 1)}`
}

/** Removes these secrets, and whatever else looks like a key, from untrusted text. */
export function redactor(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret.length >= 4)
  return (text) =>
    known
      .reduce((rest, secret) => rest.split(secret).join('[key]'), text)
      .replace(/\b(sk-|Bearer\s+)[\w.*-]{6,}/gi, '[key]')
}
