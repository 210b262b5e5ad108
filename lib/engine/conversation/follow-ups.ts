import type { JsonObject } from '@/lib/core/base/json'
import type { Message } from '@/lib/core/ports/ports'

/**
 * What an agent is told so that its work comes to an answer. Each text is a constant: an agent that is taken up
 * again reads in its conversation what it was told before.
 */
export const followUps = {
  /** Its text was cut: the parts are put together. */
  goOn:
    'Your last message was cut off at the limit on its length. Go on exactly where it stopped, without repeating anything: ' +
    'the parts are put together.',
  /** Its structured answer, or what should have led to it, was cut. */
  again:
    'Your last message was cut off at the limit on its length, and nothing of it arrived. You have twice the room now: ' +
    'give it again, whole.',
  /** The same where the model gives no more room. */
  shorter:
    'Your last message was cut off at the limit on its length, and there is no more room than that. Think less, and give it ' +
    'again, shorter, so that it fits.',
  /** It thought until its room was used up. */
  thought:
    'Your last message had no words: all its room went into thinking. Think less now, and give your answer.',
  /** A call of a tool was cut. */
  smallerParts:
    'Your last message was cut off in the middle of a call, so nothing of it was run. Make the call again in smaller parts: ' +
    'less in each call, and fewer calls in one message.',
  /** It stopped without a word after its tools had answered. */
  empty: 'You stopped without an answer. Give your final answer now, as text.',
  /** Its last message is probably not the answer: that was in an earlier one. */
  whole:
    'Whoever asked sees your last message only, and an earlier one said more. Give your whole final answer once more, in one ' +
    'message, with everything that belongs to it.',
  /** Its conversation fills up. */
  filling:
    'Your context is filling up. Finish what you can, and look only for what you still need: when it is full you will be asked ' +
    'for a summary, and go on from that.',
  /** It is full. */
  summarise:
    'Your context is full. Do not call a tool now. Write down, as text, all that you need to go on without it: what you were ' +
    'asked, what you found (with files, lines and exact words), what you ruled out, what remains to be done, and what of your ' +
    'answer stands already. You go on from your question and this text alone.',
  /** It comes near a limit. */
  finish:
    'You are near the limit of this work. Stop looking for more: give your final answer now, and say in it what is missing.',
  /** It has reached a limit: tools are not run any more. */
  last:
    'You have reached the limit of this work: this is your last message, and no tool is run any more. Give your final answer now ' +
    'with what you have, and say in it what is missing.',
} as const

export type FollowUp = keyof typeof followUps

/**
 * Whether a text that was cut goes on with the next response. Other messages may have come in between: what a
 * person said, a warning.
 */
export function isGoingOn(messages: readonly Message[]): boolean {
  const said = messages.findLastIndex(({ role }) => role === 'assistant')
  return messages.slice(said + 1).some((message) => saysOnly(message, 'goOn'))
}

/** Whether an agent was told this, in this conversation. */
export function wasTold(messages: readonly Message[], what: FollowUp): boolean {
  return messages.some((message) => saysOnly(message, what))
}

/** Whether a message says this and nothing else. */
export function saysOnly({ role, content }: Message, what: FollowUp): boolean {
  return role === 'user' && content.length === 1 && content.some((block) => saysIt(block, what))
}

function saysIt(block: JsonObject, what: FollowUp): boolean {
  return block.type === 'text' && block.text === followUps[what]
}
