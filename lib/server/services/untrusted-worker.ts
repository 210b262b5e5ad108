import { readSource } from '@/lib/script/read-source'
import { serve } from '@/lib/threads/serve'
import { answerCall } from '@/lib/tools/answer-call'
import { readDefinitionHeads } from '@/lib/workspace/definition-head'
import { diffLines } from './line-diff'
import type { WorkerAnswer, WorkerCall } from './untrusted-reader'

// The thread in which untrusted text is read: it may block or be ended at any moment without harm to the
// server.
serve<WorkerCall, WorkerAnswer>((call) => {
  switch (call.kind) {
    case 'source':
      return { kind: 'source', reading: readSource(call.source) }
    case 'heads':
      return { kind: 'heads', heads: readDefinitionHeads(call.heads) }
    case 'diff':
      return { kind: 'diff', diff: diffLines(call.before, call.after) }
    default:
      return answerCall(call)
  }
})
