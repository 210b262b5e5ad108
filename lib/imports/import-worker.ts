import { serve } from '@/lib/threads/serve'
import { answerImportCall, type ImportAnswer, type ImportCall } from './protocol'

// The thread in which files of other programs are read: whatever is in them, the server goes on.
serve<ImportCall, ImportAnswer>(answerImportCall)
