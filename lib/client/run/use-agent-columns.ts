'use client'

import { type AgentColumn, readAgentColumns } from '@/lib/view/agent/table-columns'
import { useKept } from '../hooks/use-kept'
import { useRunUrl } from './use-run-url'

/** The columns of the table of agents: those of the address, else those that this browser keeps. */
export function useAgentColumns() {
  const [url, setUrl] = useRunUrl()
  const [kept, keep] = useKept('agent-columns', readAgentColumns)
  return {
    chosen: url.columns ?? kept,
    /** Shows these from now on, and writes them into the address, so that whoever is sent it sees the same. */
    setChosen: (columns: AgentColumn[]) => {
      keep(columns)
      void setUrl({ columns })
    },
  }
}
