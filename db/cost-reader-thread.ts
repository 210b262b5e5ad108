import { workerData } from 'node:worker_threads'
import { serve } from '@/lib/threads/serve'
import { answerCosts } from './cost-questions'
import type { ReaderAnswer, ReaderCall } from './cost-reader'
import { connectToRead } from './open'

// The thread in which the cost rollups are read: however long a question takes, no turn waits for its commit.
const connection = connectToRead(String(workerData))
serve<ReaderCall, ReaderAnswer>(({ kind, question, project }) =>
  answerCosts(connection, kind, question, project),
)
