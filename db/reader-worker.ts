import { workerData } from 'node:worker_threads'
import { serve } from '@/lib/threads/serve'
import { answerCosts } from './cost-questions'
import { connectToRead } from './open'
import type { ReaderAnswer, ReaderCall } from './reader'

// The thread in which the cost rollups are read: however long a question takes, no turn waits for its commit.
const connection = connectToRead(String(workerData))
serve<ReaderCall, ReaderAnswer>(({ kind, question }) => answerCosts(connection, kind, question))
