import { createHmac } from 'node:crypto'
import { digestOf } from '../random'
import { invalid } from '../wire/errors'
import { stringOf } from '../wire/json'
import { blocksOf, type MessageRequest } from '../wire/request'
import { prefixDigest } from './cache'
import type { SimulatedModel } from './models'

const KEY = 'simulator'

/**
 * Signatures of the thinking of one response. Each carries digests of everything before its message and of
 * its own text, so that an edited history can be seen without anything being remembered.
 */
export function signaturesFor(request: MessageRequest): (thinking: string) => string {
  const prefix = prefixDigest(request, request.messages.length)
  return (thinking) => {
    const said = `sim2.${prefix}.${digestOf(thinking)}`
    return Buffer.from(`${said}.${sealOf(said)}`).toString('base64')
  }
}

/**
 * Refuses thinking that is not as it was given: another text, another signature, another beginning where that
 * binds.
 */
export function checkThinkingBlocks(request: MessageRequest, model: SimulatedModel): void {
  for (const [index, message] of request.messages.entries()) {
    for (const [place, block] of blocksOf(message).entries()) {
      if (block.type !== 'thinking') continue
      const parts = Buffer.from(stringOf(block.signature), 'base64').toString('utf8').split('.')
      const [kind = '', prefix = '', text = '', seal = ''] = parts
      const isOurs = parts.length === 4 && kind === 'sim2' && seal === sealOf(`${kind}.${prefix}.${text}`)
      if (!isOurs)
        throw invalid(`messages.${index}.content.${place}: Invalid \`signature\` in \`thinking\` block`)
      if (text !== digestOf(stringOf(block.thinking))) {
        throw invalid(
          `messages.${index}.content.${place}: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.`,
        )
      }
      if (model.bindsThinking && prefix !== prefixDigest(request, index)) {
        throw invalid(
          `messages.${index}: thinking blocks cannot follow a prefix (system, tools or earlier messages) that was changed`,
        )
      }
    }
  }
}

function sealOf(text: string): string {
  return createHmac('sha256', KEY).update(text).digest('base64').replaceAll('.', '').slice(0, 24)
}
