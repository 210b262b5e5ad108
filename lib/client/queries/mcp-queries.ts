'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { McpApprove, McpServerEdit } from '@/lib/api/mcp'
import { call, send } from '../http/api'
import { laterApi } from '../http/later'

const mcpApi = laterApi(async () => (await import('@/lib/api/endpoints/mcp-endpoints')).mcpApi)

/** The MCP servers of the settings and, where a folder is given, of that workspace. */
export function useMcpServers(workspace: string | null) {
  return useQuery({
    queryKey: ['mcp', workspace],
    queryFn: ({ signal }) =>
      call(mcpApi.listMcpServers, { query: workspace === null ? {} : { workspace }, signal }),
    retry: false,
  })
}

/** Configures a server. */
export function useAddMcpServer() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: McpServerEdit) => call(mcpApi.addMcpServer, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['mcp'] }),
  })
}

/** Forgets a server, with what was sealed for it. */
export function useDeleteMcpServer() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => send(mcpApi.deleteMcpServer, { params: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['mcp'] }),
  })
}

/** Approves a workspace's server as it was shown. */
export function useApproveMcpServer() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ name, ...body }: McpApprove & { name: string }) =>
      call(mcpApi.approveMcpServer, { params: { name }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['mcp'] }),
  })
}

/** Connects to a server and lists its tools. */
export function useTestMcpServer() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ name, workspace }: { name: string; workspace: string | null }) =>
      call(mcpApi.testMcpServer, { params: { name }, body: workspace === null ? {} : { workspace } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['mcp'] }),
  })
}
