// The work both sides do: N answers of 100 tokens at 50 a second, then one call that takes them all.
const PACE = '[[sim: {"tokens": 100, "tokensPerSecond": 50, "ttftMs": 50}]]'
const REDUCE = '[[sim: {"tokens": 100, "tokensPerSecond": 50, "ttftMs": 50}]]'

export const model = 'claude-sonnet-5-5'

export const promptOf = (index) => `Question ${index}\n${PACE}`
export const reducePrompt = (answers) => `Sum up:\n${answers.join('\n')}\n${REDUCE}`

/** The same work as a workflow. */
export function script(count) {
  return `export const meta = { name: 'bench', description: 'N answers, then one that takes them all' }
const answers = await parallel(Array.from({ length: ${count} }, (_, index) => () => agent('Question ' + index + '\\n' + ${JSON.stringify(PACE)}, { label: 'q' + index })))
const sum = await agent('Sum up:\\n' + answers.join('\\n') + '\\n' + ${JSON.stringify(REDUCE)}, { label: 'reduce' })
return { count: answers.filter((answer) => answer !== null).length, sum }`
}
