import type { McpServerEdit } from '@/lib/api/mcp'

/** What stands in the form of a new MCP server; lists have one entry a line. */
export type McpForm = {
  kind: 'stdio' | 'http'
  name: string
  /** The command, or the address. */
  what: string
  args: string
  hosts: string
  valueName: string
  variable: string
  secret: string
  isTrusted: boolean
}

export const emptyMcpForm: McpForm = {
  kind: 'stdio',
  name: '',
  what: '',
  args: '',
  hosts: '',
  valueName: '',
  variable: '',
  secret: '',
  isTrusted: false,
}

/** The body of a request for what stands in the form. */
export function mcpEditOf(form: McpForm): McpServerEdit {
  const name = form.name.trim()
  const values = valuesOf(form)
  if (form.kind === 'http') return { kind: 'http', name, url: form.what.trim(), headers: values }
  return {
    kind: 'stdio',
    name,
    command: form.what.trim(),
    args: linesOf(form.args),
    env: values,
    hosts: linesOf(form.hosts),
    trusted: form.isTrusted,
  }
}

/** A variable of the environment goes before a secret that was typed. */
function valuesOf({
  valueName,
  variable,
  secret,
}: McpForm): { name: string; variable: string }[] | { name: string; secret: string }[] {
  const name = valueName.trim()
  if (name === '') return []
  return variable.trim() === '' ? [{ name, secret }] : [{ name, variable: variable.trim() }]
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
