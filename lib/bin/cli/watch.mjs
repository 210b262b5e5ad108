// Follows a run in a terminal: one view that is drawn over, or a line for each change where nobody looks.
import { setTimeout as sleep } from 'node:timers/promises'
import { callTool, codes } from './ask.mjs'

const LOOK_MS = 1000
const ended = new Set(['completed', 'completed-with-failures', 'failed', 'cancelled', 'stopped-at-limit'])

/** Follows a run until it has ended, waits for somebody or is paused; gives the exit code that says which. */
export async function watchRun(runId) {
  const draw = process.stdout.isTTY === true ? drawOver() : drawLines()
  for (;;) {
    const status = await callTool('status', { runId })
    draw(status)
    if (ended.has(status.status)) return codeOf(status.status)
    if (status.questions.length > 0 || status.status === 'paused') {
      tellQuestions(status)
      return codes.waits
    }
    await sleep(LOOK_MS)
  }
}

function codeOf(status) {
  return status === 'completed' || status === 'completed-with-failures' ? codes.completed : codes.failed
}

function tellQuestions({ runId, reason, questions }) {
  if (questions.length === 0) process.stdout.write(`It is paused: ${reason ?? 'by a person'}\n`)
  for (const { questionId, title, answer } of questions)
    process.stdout.write(
      `It asks: ${title}\n  skein answer ${runId} ${questionId} '…'   (${typeof answer === 'string' ? answer : JSON.stringify(answer)})\n`,
    )
}

function headline({ title, status, agents, spent, cap, reason }) {
  const why = reason === undefined ? '' : `  ${reason}`
  return `${title}: ${status}  ${agents.ended} of ${agents.of} agents  ${spent} (cap: ${cap})${why}`
}

/** A line whenever something has changed. */
function drawLines() {
  let last = ''
  return (status) => {
    const line = headline(status)
    if (line !== last) process.stdout.write(`${line}\n`)
    last = line
  }
}

/** The run and its phases, drawn over what was there. */
function drawOver() {
  let height = 0
  return (status) => {
    const width = process.stdout.columns ?? 80
    const lines = [headline(status), ...status.phases.map(phaseLine)].map((line) => line.slice(0, width - 1))
    process.stdout.write(`${height > 0 ? `\x1b[${height}A` : ''}\x1b[J${lines.join('\n')}\n`)
    height = lines.length
  }
}

function phaseLine({ title, ended: done, of, spent }) {
  const filled = of === 0 ? 0 : Math.round((done / of) * 20)
  return `  ${'#'.repeat(filled)}${'.'.repeat(20 - filled)}  ${done}/${of}  ${spent}  ${title}`
}
