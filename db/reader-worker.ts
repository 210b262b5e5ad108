import { parentPort, workerData } from 'node:worker_threads'
import { answerCosts } from './cost-questions'
import { connectToRead } from './open'
import type { ReaderAnswer, ReaderCall } from './reader-protocol'

// The thread in which the cost rollups are read: however long a question takes, no turn waits for its commit.
const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const connection = connectToRead(String(workerData))
const say = (answer: ReaderAnswer) => port.postMessage(answer)

// The only sender is `reader.ts`, so the message is a call.
port.on('message', ({ id, kind, question }: ReaderCall) => {
  try {
    say({ kind: 'answer', id, answer: answerCosts(connection, kind, question) })
  } catch (error) {
    say({ kind: 'refused', id, reason: error instanceof Error ? error.message : String(error) })
  }
})
say({ kind: 'ready' })
